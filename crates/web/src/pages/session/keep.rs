//! What a session leaves when it is over: its summary, the appreciations kept, times in the plan. Its stream goes.

use rekindle_domain::ids::{PlanId, SessionId};
use rekindle_domain::session::{Script, State};
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::{Stamp, When, held, plan};
use rekindle_store::Change;

use super::{layout, prepare};
use crate::PageError;
use crate::visit::Visit;

pub(super) async fn keep(
    visit: &Visit,
    id: SessionId,
    state: &State,
    script: &Script,
) -> Result<(), PageError> {
    let Some(summary) = state.summary() else {
        return Ok(());
    };
    let read = visit.shared().await?;
    if read.state.sessions.open_one(id, visit.now).is_none() {
        return Ok(()); // the other phone was quicker
    }
    let own = layout::practice_of(&visit.app, &script.id)
        .map_or_else(|| script.id.clone(), |practice| practice.id.clone());
    let mut commands = vec![];
    if let Some(next) = summary.next.filter(|next| *next > visit.now) {
        let practice = script.next.clone().unwrap_or_else(|| own.clone());
        let every = if practice == rekindle_domain::pack::WEEKLY_CHECK_IN {
            plan::Every::Week
        } else {
            plan::Every::Once
        };
        commands.push(planned(visit, &read.state, &practice, next, every, true));
    }
    for written in &summary.written {
        if let Some(back) = written.back.filter(|back| *back > visit.now) {
            commands.push(planned(
                visit,
                &read.state,
                &own,
                back,
                plan::Every::Once,
                false,
            ));
        }
    }
    if let Some(topic) = summary.about.clone().filter(|_| summary.settled) {
        commands.push(Command::Session(held::Command::Settle { topic }));
    }
    commands.push(Command::Session(held::Command::Keep {
        id,
        summary: Box::new(summary),
    }));
    let space = visit.space();
    let mut more = vec![Change::DropStream {
        place: space.session_place(id),
    }];
    more.extend(prepare::forget(visit, script));
    // A plan that was let go meanwhile must not keep the rest from being kept.
    if visit
        .act_with(space, &commands, more.clone())
        .await?
        .is_err()
    {
        commands.retain(|command| !matches!(command, Command::Plan(_)));
        let _ = visit.act_with(space, &commands, more).await?;
    }
    visit.announce(space.session_place(id));
    Ok(())
}

/// A time that was agreed on, in the plan: `moves` what is planned of that practice already.
fn planned(
    visit: &Visit,
    shared: &Shared,
    practice: &str,
    at: Stamp,
    every: plan::Every,
    moves: bool,
) -> Command {
    let zone = visit.profile.zone.clone();
    let local = zone.local(at);
    let when = When {
        day: local.date(),
        time: local.time(),
        zone,
    };
    let there = shared
        .plan
        .coming(visit.now)
        .into_iter()
        .find(|(_, planned)| moves && planned.practice() == Some(practice))
        .map(|(_, planned)| planned.id);
    Command::Plan(match there {
        Some(id) => plan::Command::Move { id, when },
        None => plan::Command::Plan {
            id: PlanId::new(rekindle_vault::chance::bytes()),
            practice: practice.to_owned(),
            when,
            every,
        },
    })
}
