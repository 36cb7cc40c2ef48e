//! Two processes on one PostgreSQL hear of each other's appends; a process does not hear itself.

use std::time::Duration;

use tokio::time::timeout;

use crate::server::Empty;
use crate::world::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_announces_the_others_hear_and_itself_does_not() {
    let server = Empty::new().await;
    let (one, two) = (server.open().await, server.open().await);
    let (mut heard_by_one, mut heard_by_two) = (one.listen(), two.listen());
    let (from_one, from_two) = (place(), place());
    // Who listens hears from about then on: announced until both have heard.
    let heard = async { futures_util::join!(heard_by_one.recv(), heard_by_two.recv()) };
    let announce = async {
        loop {
            one.announce(from_one);
            two.announce(from_two);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let heard = timeout(Duration::from_secs(20), async {
        tokio::select! {
            heard = heard => heard,
            () = announce => unreachable!("announces for ever"),
        }
    });
    assert_eq!(heard.await.unwrap(), (Some(from_two), Some(from_one)));

    // Told in this order, heard in this order: had it heard itself, that would come before the last.
    let (own, last) = (place(), place());
    one.announce(own);
    while heard_by_two.recv().await != Some(own) {}
    two.announce(last);
    loop {
        match heard_by_one.recv().await.unwrap() {
            heard if heard == last => break,
            heard => assert_eq!(heard, from_two),
        }
    }
    one.close().await;
    two.close().await;
    drop((one, two, heard_by_one, heard_by_two));
    server.gone().await;
}

#[tokio::test]
async fn on_sqlite_there_is_nobody_else_to_hear() {
    let file = File::new();
    let store = file.open().await;
    store.announce(place());
    assert_eq!(store.listen().recv().await, None);
}
