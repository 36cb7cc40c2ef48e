//! Tells open pages that a stream has grown. Nothing but "look again" travels here.

use std::collections::HashMap;
use std::sync::Mutex;

use async_broadcast::{InactiveReceiver, Receiver, Sender};
use rekindle_domain::StreamId;
use rekindle_store::Place;

/// The sending end, and a receiver that keeps the channel open while nobody listens.
type Channel = (Sender<()>, InactiveReceiver<()>);

#[derive(Default)]
pub(crate) struct Live {
    watched: Mutex<Watched>,
}

#[derive(Default)]
struct Watched {
    channels: HashMap<StreamId, Channel>,
    /// How many there may be before those that nobody watches any more are taken out.
    sweep_at: usize,
}

impl Live {
    /// From now on, every growth of this stream is heard.
    pub(crate) fn watch(&self, stream: StreamId) -> Receiver<()> {
        let mut watched = self
            .watched
            .lock()
            .expect("no panic happens while this is held");
        // Now and then, so that opening ten thousand streams is not ten thousand looks at all of them.
        if watched.channels.len() >= watched.sweep_at {
            let watches = |(sender, _): &Channel| sender.receiver_count() > 0;
            watched.channels.retain(|_, channel| watches(channel));
            watched.sweep_at = 2 * watched.channels.len() + 16;
        }
        let (sender, _) = watched.channels.entry(stream).or_insert_with(|| {
            let (mut sender, receiver) = async_broadcast::broadcast(1);
            sender.set_overflow(true);
            (sender, receiver.deactivate())
        });
        sender.new_receiver()
    }

    pub(crate) fn wake(&self, place: Place) {
        let watched = self
            .watched
            .lock()
            .expect("no panic happens while this is held");
        if let Some((sender, _)) = watched.channels.get(&place.stream) {
            let _ = sender.try_broadcast(());
        }
    }

    pub(crate) fn close(&self) {
        let mut watched = self
            .watched
            .lock()
            .expect("no panic happens while this is held");
        for (sender, _) in watched.channels.values() {
            sender.close();
        }
        watched.channels.clear();
    }
}
