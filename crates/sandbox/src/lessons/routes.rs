//! The lessons over HTTP.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{LessonView, UnknownLesson};
use crate::SandboxState;

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new()
        .route("/sandbox/api/lessons", get(list))
        .route("/sandbox/api/lessons/{id}", get(show))
        .route("/sandbox/api/lessons/{id}/start", post(start))
        .with_state(state)
}

async fn list(State(state): State<SandboxState>) -> Json<Value> {
    Json(json!({"lessons": state.lessons()}))
}

async fn show(State(state): State<SandboxState>, Path(id): Path<String>) -> Response {
    answer(state.lesson(&id))
}

async fn start(State(state): State<SandboxState>, Path(id): Path<String>) -> Response {
    answer(state.start_lesson(&id))
}

fn answer(lesson: Result<LessonView, UnknownLesson>) -> Response {
    match lesson {
        Ok(lesson) => Json(lesson).into_response(),
        Err(unknown) => {
            let body = json!({"error": {"code": "notFound", "message": unknown.to_string()}});
            (StatusCode::NOT_FOUND, Json(body)).into_response()
        }
    }
}
