//! Guided scenarios: each sets the stage for one guest, tells what to do, and ticks a step off when it really happened.
//!
//! A lesson is data ([`script`]): a stage, and steps with a check each. The checks ([`facts`]) read what the tenant
//! logged, which mails were delivered and which pages were shown since the lesson began; pressing a button of the
//! lesson itself never ticks anything off.

mod facts;
mod props;
mod routes;
mod script;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub(crate) use routes::router;

use crate::{SandboxState, guest::Sessions, world::World};
use facts::{Facts, Marks};
use script::{LESSONS, Lesson};

/// A lesson as the screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonView {
    /// Its name in requests.
    pub id: &'static str,
    /// Its place in the list, from 1.
    pub number: usize,
    /// Its title.
    pub title: &'static str,
    /// What one learns.
    pub purpose: &'static str,
    /// The guest to play.
    pub mail: &'static str,
    /// Whether it runs.
    pub state: LessonState,
    /// How many steps are done.
    pub steps_done: usize,
    /// The steps in order.
    pub steps: Vec<StepView>,
}

/// How far a lesson is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LessonState {
    /// Not begun, or given up for another.
    NotStarted,
    /// Under way.
    Running,
    /// Every step happened.
    Done,
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// What to do.
    pub text: &'static str,
    /// What to notice once it is done.
    pub notice: &'static str,
    /// Whether it happened.
    pub done: bool,
}

/// There is no lesson of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such lesson")]
pub struct UnknownLesson;

/// Which lesson runs, and which are done.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    running: Option<Run>,
    finished: Vec<&'static str>,
}

/// A lesson under way.
#[derive(Debug)]
struct Run {
    lesson: &'static Lesson,
    began: DateTime<Utc>,
    before: Marks,
    /// When each step done so far happened.
    done: Vec<DateTime<Utc>>,
}

impl Run {
    /// Ticks off every step that happened, in order; a step counts from the one before it on.
    fn advance(&mut self, world: &mut World, sessions: &Sessions) {
        while let Some(step) = self.lesson.steps.get(self.done.len()) {
            let since = self.done.last().copied().unwrap_or(self.began);
            let Some(at) = Facts {
                world,
                sessions,
                mail: self.lesson.mail,
                since,
                before: self.before,
            }
            .find(&step.check) else {
                return;
            };
            self.done.push(at);
            if let Some(change) = step.then {
                change(world);
            }
        }
    }

    fn is_over(&self) -> bool {
        self.done.len() == self.lesson.steps.len()
    }
}

impl SandboxState {
    /// All lessons in their order.
    pub fn lessons(&self) -> Vec<LessonView> {
        let mut progress = self.lesson_progress();
        self.advance_lesson(&mut progress);
        LESSONS
            .iter()
            .enumerate()
            .map(|(index, lesson)| view(lesson, index, &progress))
            .collect()
    }

    /// One lesson.
    pub fn lesson(&self, id: &str) -> Result<LessonView, UnknownLesson> {
        self.lessons()
            .into_iter()
            .find(|lesson| lesson.id == id)
            .ok_or(UnknownLesson)
    }

    /// Begins a lesson, also again: its guest is made anew, and what an earlier lesson set is taken back.
    pub fn start_lesson(&self, id: &str) -> Result<LessonView, UnknownLesson> {
        let lesson = LESSONS
            .iter()
            .find(|lesson| lesson.id == id)
            .ok_or(UnknownLesson)?;
        {
            let mut progress = self.lesson_progress();
            self.guest_sessions().forget(lesson.mail);
            let mut world = self.world();
            props::clear_stage(&mut world);
            props::remove_guest(&mut world, lesson.mail);
            let (began, before) = (world.now(), Marks::of(&world));
            (lesson.stage)(&mut world);
            progress.finished.retain(|done| *done != lesson.id);
            progress.running = Some(Run {
                lesson,
                began,
                before,
                done: Vec::new(),
            });
        }
        self.lesson(id)
    }

    /// Looks what happened since. The order of the locks is lessons, pages, tenant.
    fn advance_lesson(&self, progress: &mut Progress) {
        let Some(run) = &mut progress.running else { return };
        let sessions = self.guest_sessions();
        run.advance(&mut self.world(), &sessions);
        if run.is_over() && !progress.finished.contains(&run.lesson.id) {
            progress.finished.push(run.lesson.id);
        }
    }
}

fn view(lesson: &'static Lesson, index: usize, progress: &Progress) -> LessonView {
    let run = progress.running.as_ref().filter(|run| run.lesson.id == lesson.id);
    let is_finished = progress.finished.contains(&lesson.id);
    let steps_done = match run {
        Some(run) => run.done.len(),
        None if is_finished => lesson.steps.len(),
        None => 0,
    };
    let state = match run {
        _ if is_finished => LessonState::Done,
        Some(_) => LessonState::Running,
        None => LessonState::NotStarted,
    };
    let steps = lesson.steps.iter().enumerate();
    LessonView {
        id: lesson.id,
        number: index + 1,
        title: lesson.title,
        purpose: lesson.purpose,
        mail: lesson.mail,
        state,
        steps_done,
        steps: steps
            .map(|(place, step)| StepView {
                text: step.text,
                notice: step.notice,
                done: place < steps_done,
            })
            .collect(),
    }
}
