//! Where key derivations run: two at a time at most (K15), away from the threads that answer.

use async_trait::async_trait;
use tokio::sync::Semaphore;

/// Each derivation holds 64 MiB, so the number bounds memory as well as processor time.
const AT_ONCE: usize = 2;

pub(crate) struct Bench(Semaphore);

impl Default for Bench {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

#[async_trait]
impl rekindle_web::Slow for Bench {
    async fn run(&self, job: Box<dyn FnOnce() + Send>) {
        let _seat = self.0.acquire().await.expect("the bench is never closed");
        // A job that panics leaves no answer behind; the page then says that something went wrong.
        let _ = tokio::task::spawn_blocking(job).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rekindle_web::Slow as _;

    use super::*;

    #[tokio::test]
    async fn k15_at_most_two_derivations_run_at_once() {
        let bench = Arc::new(Bench::default());
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let jobs = (0..8).map(|_| {
            let (bench, running, most) = (bench.clone(), running.clone(), most.clone());
            tokio::spawn(async move {
                bench
                    .run(Box::new(move || {
                        most.fetch_max(
                            running.fetch_add(1, Ordering::SeqCst) + 1,
                            Ordering::SeqCst,
                        );
                        std::thread::yield_now();
                        let until =
                            std::time::Instant::now() + std::time::Duration::from_millis(20);
                        while std::time::Instant::now() < until {
                            std::hint::spin_loop();
                        }
                        running.fetch_sub(1, Ordering::SeqCst);
                    }))
                    .await;
            })
        });
        for job in jobs.collect::<Vec<_>>() {
            job.await.unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }
}
