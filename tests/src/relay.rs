//! A line between phones and the server that can be slow, cut, and mended again.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Stands in front of a server and passes on what comes, when it likes. It ends with the test's process.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    line: Arc<Line>,
}

#[derive(Debug, Default)]
struct Line {
    delay: AtomicU64,
    cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Relay {
    /// In front of whatever listens at this port of this machine.
    ///
    /// # Panics
    /// When no port is free.
    #[must_use]
    pub fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let line = Arc::new(Line::default());
        let ours = Arc::clone(&line);
        std::thread::spawn(move || {
            for phone in listener.incoming().flatten() {
                ours.connect(phone, server);
            }
        });
        Self { port, line }
    }

    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Every piece of what is passed on, either way, comes so much later.
    pub fn delays(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.line.delay.store(millis, Ordering::SeqCst);
    }

    /// Nothing goes through any more, and what was open is torn off.
    pub fn cuts(&self) {
        self.line.cut.store(true, Ordering::SeqCst);
        self.tears();
    }

    /// What is open is torn off; the next connection is fine.
    pub fn tears(&self) {
        let mut open = self
            .line
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for one in open.drain(..) {
            // Gone already is fine.
            let _ = one.shutdown(Shutdown::Both);
        }
    }

    pub fn mends(&self) {
        self.line.cut.store(false, Ordering::SeqCst);
    }
}

impl Line {
    fn connect(self: &Arc<Self>, phone: TcpStream, server: u16) {
        if self.cut.load(Ordering::SeqCst) {
            return;
        }
        let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else {
            return;
        };
        let pairs = [
            (phone.try_clone(), server.try_clone()),
            (server.try_clone(), phone.try_clone()),
        ];
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.extend([phone, server]);
        drop(open);
        for pair in pairs {
            if let (Ok(from), Ok(to)) = pair {
                let line = Arc::clone(self);
                std::thread::spawn(move || line.pass(from, to));
            }
        }
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut piece = [0; 16 * 1024];
        while let Ok(size) = from.read(&mut piece) {
            std::thread::sleep(Duration::from_millis(self.delay.load(Ordering::SeqCst)));
            let torn = self.cut.load(Ordering::SeqCst);
            if size == 0 || torn || to.write_all(&piece[..size]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    }
}
