//! Where data lies where nobody says otherwise.

use std::path::PathBuf;

/// The folder of this program under the system's folder for application data; `None` where the system names none.
pub fn default_data_dir() -> Option<PathBuf> {
    dirs::data_dir().map(|folder| folder.join("io.usher.console"))
}
