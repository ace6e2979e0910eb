//! From the sandbox's words to the window's.

use chrono::TimeDelta;
use usher_console::views::{ProblemCode, ProblemView};
use usher_sandbox::{
    SandboxState,
    control::{ClockMove as Moved, LogKind, MailView as SandboxMail, PersonView, Switch, UnknownSwitch},
    lessons::{LessonState as Standing, LessonView as Lesson},
    world::ADMINS,
};

use super::sandbox_views::{
    ClockMove, ClockMovedView, FaultView, GuestSideView, LessonState, LessonStepView, LessonView, MailView,
    PlayableGuestView, SandboxAdminView, SandboxLogKind, SandboxLogView, SandboxView, ScenarioView,
};
use crate::sandbox::SandboxHost;

/// Guests offered to be played.
const PLAYABLE: usize = 50;
/// Rows of the log pane.
const LOG_ROWS: usize = 50;
/// The clock moves no further at once.
const LONGEST_SECONDS: u32 = 366 * 24 * 60 * 60;

pub(super) fn sandbox_view(host: &SandboxHost) -> SandboxView {
    let state = host.state();
    SandboxView {
        now: state.clock().now(),
        url: state.base_url().to_owned(),
        admins: ADMINS
            .iter()
            .map(|admin| SandboxAdminView {
                name: admin.name.to_owned(),
                user_principal_name: admin.upn.to_owned(),
                role: admin
                    .roles
                    .iter()
                    .map(|role| role.name)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
            .collect(),
        faults: state.fault_switches().iter().map(fault).collect(),
        lessons: state.lessons().iter().map(lesson).collect(),
        scenarios: state.scenarios().iter().map(scenario).collect(),
    }
}

fn fault(switch: &Switch) -> FaultView {
    FaultView {
        id: switch.id.to_owned(),
        label: switch.label.to_owned(),
        effect: switch.effect.to_owned(),
        on: switch.on,
    }
}

fn scenario(switch: &Switch) -> ScenarioView {
    ScenarioView {
        id: switch.id.to_owned(),
        label: switch.label.to_owned(),
        effect: switch.effect.to_owned(),
        on: switch.on,
    }
}

pub(super) fn playable_guests(state: &SandboxState, search: &str) -> Vec<PlayableGuestView> {
    state.people(search, PLAYABLE).into_iter().map(playable).collect()
}

fn playable(person: PersonView) -> PlayableGuestView {
    PlayableGuestView {
        mail: person.mail,
        name: person.name,
        guest_id: person.guest.map(|id| id.to_string()).unwrap_or_default(),
        home: person.home.to_owned(),
        mails: person.mails as u32,
    }
}

pub(super) fn guest_side(state: &SandboxState, mail: &str) -> GuestSideView {
    GuestSideView {
        guest: playable(state.person(mail)),
        inbox: state.inbox(mail).into_iter().map(mail_view).collect(),
        log: state
            .log(Some(mail), None, LOG_ROWS)
            .into_iter()
            .map(|entry| SandboxLogView {
                at: entry.at,
                kind: log_kind(entry.kind),
                text: entry.text,
            })
            .collect(),
    }
}

fn mail_view(mail: SandboxMail) -> MailView {
    MailView {
        id: mail.id.to_string(),
        from: mail.from,
        subject: mail.subject,
        at: mail.at,
        url: mail.url,
        superseded: mail.superseded,
    }
}

fn log_kind(kind: LogKind) -> SandboxLogKind {
    match kind {
        LogKind::Audit => SandboxLogKind::Audit,
        LogKind::Success => SandboxLogKind::Success,
        LogKind::Interrupted => SandboxLogKind::Interrupted,
        LogKind::Failure => SandboxLogKind::Failure,
    }
}

pub(super) fn move_clock(state: &SandboxState, to: ClockMove) -> ClockMovedView {
    let Moved { now, events } = match to {
        ClockMove::Forward { seconds } => {
            state.advance(TimeDelta::seconds(i64::from(seconds.min(LONGEST_SECONDS))))
        }
        ClockMove::NextEvent => state.advance_to_next_event(),
    };
    ClockMovedView {
        now,
        events: events.into_iter().map(|event| event.text).collect(),
    }
}

pub(super) fn set_fault(state: &SandboxState, id: &str, on: bool) -> Result<(), ProblemView> {
    state.set_fault_switch(id, on).map_err(unknown)
}

pub(super) fn set_scenario(state: &SandboxState, id: &str, on: bool) -> Result<(), ProblemView> {
    state.set_scenario(id, on).map_err(unknown)
}

fn unknown(error: UnknownSwitch) -> ProblemView {
    not_found(&error)
}

fn not_found(error: &dyn std::error::Error) -> ProblemView {
    ProblemView {
        code: ProblemCode::NotFound,
        message: format!("{error}."),
        next_step: "Refresh the screen.".to_owned(),
        retry_after_seconds: None,
        request_id: None,
    }
}

pub(super) fn start_lesson(state: &SandboxState, id: &str) -> Result<(), ProblemView> {
    state
        .start_lesson(id)
        .map(|_| ())
        .map_err(|error| not_found(&error))
}

/// A lesson's guest is named once it runs: before, there is nobody to play.
fn lesson(lesson: &Lesson) -> LessonView {
    let (state, mail) = match lesson.state {
        Standing::NotStarted => (LessonState::NotStarted, None),
        Standing::Running => (LessonState::Running, Some(lesson.mail.to_owned())),
        Standing::Done => (LessonState::Done, Some(lesson.mail.to_owned())),
    };
    LessonView {
        id: lesson.id.to_owned(),
        title: lesson.title.to_owned(),
        purpose: lesson.purpose.to_owned(),
        mail,
        state,
        steps: lesson
            .steps
            .iter()
            .map(|step| LessonStepView {
                text: step.text.to_owned(),
                done: step.done,
            })
            .collect(),
    }
}
