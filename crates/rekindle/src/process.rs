//! What the process does to itself before it holds a key (K20): no core dumps, no peeking by debuggers, no swap
//! where that is allowed. Keys themselves are zeroised by the vault.

use rustix::fs::Mode;
use rustix::mm::MlockAllFlags;
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use rustix::thread::CapabilitySet;

/// What could be had of K20 on this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Hardened {
    pub(crate) no_core_dumps: bool,
    pub(crate) not_dumpable: bool,
    pub(crate) no_swap: bool,
}

/// Call first of all. Never fails: what is not allowed here is reported by `doctor`.
pub(crate) fn harden() -> Hardened {
    // Whatever is made from here on, only its owner can read.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    Hardened {
        no_core_dumps: rustix::process::setrlimit(Resource::Core, none).is_ok(),
        not_dumpable: rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok(),
        no_swap: may_lock()
            && rustix::mm::mlockall(
                // On fault: a page is pinned once it is used, so untouched stacks cost nothing (P5).
                MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT,
            )
            .is_ok(),
    }
}

/// With a small limit, pinning succeeds now and a later allocation fails: then rather not at all.
fn may_lock() -> bool {
    let unlimited = rustix::process::getrlimit(Resource::Memlock)
        .current
        .is_none();
    let capable = rustix::thread::capabilities(None)
        .is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK));
    unlimited || capable
}

/// Lets the process open as many files as it may at most; connections are limited by settings instead.
pub(crate) fn allow_many_files() {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // Not being allowed is no harm: the default is enough for a household.
    let _ = rustix::process::setrlimit(Resource::Nofile, most);
}

/// A panic says where it happened and nothing else: its message could hold somebody's words (K19).
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        eprintln!("fault: this should not have happened, at {place}");
    }));
}
