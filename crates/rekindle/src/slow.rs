//! Where key derivations run: two at a time at most (K15), away from the threads that answer, and never on every core:
//! a page does not wait for somebody who signs in (P11).

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{Semaphore, oneshot};

/// Each derivation holds 64 MiB, so the number bounds memory as well as processor time.
const AT_ONCE: usize = 2;
/// How much they give way to threads that answer, as nice(1) counts it.
const GIVES_WAY: i32 = 10;

pub(crate) struct Bench(Arc<Semaphore>);

impl Default for Bench {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::of(cores)
    }
}

impl Bench {
    /// For a machine with so many cores.
    fn of(cores: usize) -> Self {
        Self(Arc::new(Semaphore::new(
            cores.saturating_sub(1).clamp(1, AT_ONCE),
        )))
    }
}

#[async_trait]
impl rekindle_web::Slow for Bench {
    async fn run(&self, job: Box<dyn FnOnce() + Send>) {
        let seat = Arc::clone(&self.0).acquire_owned().await;
        let (done, finished) = oneshot::channel::<()>();
        // A thread of its own: one that has given way cannot be taken back for other work. The seat stays taken until
        // it ends, though nobody may be waiting any more.
        let thread = std::thread::Builder::new().spawn(move || {
            let _seat = seat.expect("the bench is never closed");
            let _ = rustix::process::setpriority_process(None, GIVES_WAY);
            job();
            drop(done);
        });
        // A job that panics leaves no answer behind, nor does one that finds no thread; the page then says that
        // something went wrong.
        if thread.is_ok() {
            let _ = finished.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rekindle_web::Slow as _;

    use super::*;

    async fn most_at_once(cores: usize) -> usize {
        let bench = Arc::new(Bench::of(cores));
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
        most.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn k15_at_most_two_derivations_run_at_once_and_a_core_is_left() {
        for (cores, at_once) in [(1, 1), (2, 1), (3, 2), (16, 2)] {
            assert_eq!(most_at_once(cores).await, at_once, "{cores} cores");
        }
    }

    #[tokio::test]
    async fn a_job_that_panics_leaves_its_seat() {
        let bench = Bench::of(1);
        for _ in 0..2 {
            bench.run(Box::new(|| panic!("on purpose"))).await;
        }
        let ran = Arc::new(AtomicUsize::new(0));
        let count = ran.clone();
        bench
            .run(Box::new(move || {
                count.fetch_add(1, Ordering::SeqCst);
            }))
            .await;
        assert_eq!(ran.load(Ordering::SeqCst), 1);
    }
}
