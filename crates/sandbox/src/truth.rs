//! What is true of every guest, computed from the whole history whatever the logs still show.
