//! `cargo xtask tidy`: the house rules that a machine can check. Also a test, so that `cargo test` finds the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::step::{ask, say};

/// Which crates of ours a crate may use, besides the clock. The drawing is in ARCHITECTURE.md; what is not here may use none.
const ARROWS: &[(&str, &[&str])] = &[
    ("usher", &["usher-console", "usher-sandbox", "usher-clock"]),
    ("usher-cli", &["usher-console", "usher-sandbox", "usher-clock"]),
    (
        "usher-console",
        &[
            "usher-sync",
            "usher-graph",
            "usher-identity",
            "usher-store",
            "usher-redemption",
            "usher-clock",
        ],
    ),
    ("usher-sync", &["usher-graph", "usher-store", "usher-clock"]),
    ("usher-graph", &["usher-identity", "usher-clock"]),
    ("usher-identity", &["usher-clock"]),
    ("usher-sandbox", &["usher-redemption"]),
    ("usher-testkit", &["usher-clock"]),
    // Measures from outside what the others promise; nothing depends on it.
    (
        "usher-bench",
        &[
            "usher-console",
            "usher-sandbox",
            "usher-store",
            "usher-sync",
            "usher-graph",
            "usher-identity",
            "usher-clock",
        ],
    ),
];

/// Outside libraries that have one home. Tests may use them anywhere.
const HOMES: &[(&str, &[&str])] = &[
    ("tauri", &["usher"]),
    ("sqlx", &["usher-store"]),
    ("rusqlite", &["usher-bench"]),
    ("reqwest", &["usher-graph", "usher-identity", "usher-bench"]),
    ("keyring-core", &["usher-identity"]),
    ("axum", &["usher-sandbox"]),
];

/// Names that say nothing about the thing they name.
const EMPTY_NAMES: &[&str] = &[
    "Manager",
    "Service",
    "Helper",
    "Util",
    "Utils",
    "Common",
    "Handler",
    "Processor",
];

/// A file of more lines is a room that wants a wall. Tests and generated files are not counted.
const LINES: usize = 500;

/// Checks everything and reports all faults at once.
pub(crate) fn tidy() -> Result<()> {
    say("\n\u{25b8} house rules");
    let mut faults = arrow_faults()?;
    for file in tracked(&["*.rs", "*.ts", "*.tsx"])? {
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        faults.extend(file_faults(&file, &text));
    }
    for page in tracked(&["*.md"])? {
        let text = fs::read_to_string(&page).with_context(|| format!("{} cannot be read", page.display()))?;
        faults.extend(page_faults(&page, &text));
    }
    faults.extend(lock_faults(&fs::read_to_string("ui/package-lock.json")?)?);
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the house rules are broken:\n  {}", faults.join("\n  "));
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

fn arrow_faults() -> Result<Vec<String>> {
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let answer = ask("cargo", &arguments).or_else(|| ask("cargo", &arguments[..4]));
    let metadata: Metadata = serde_json::from_str(&answer.context("cargo metadata gives no answer")?)?;
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let allowed: &[&str] = ARROWS
            .iter()
            .find(|(name, _)| *name == package.name)
            .map_or(&[], |(_, may)| *may);
        // Development dependencies may point anywhere: the sandbox is everybody's test partner.
        let used: BTreeSet<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
            .map(|dependency| dependency.name.as_str())
            .collect();
        for &name in &used {
            if name.starts_with("usher-") && !allowed.contains(&name) {
                faults.push(format!(
                    "{} may not use {name} (the arrows in ARCHITECTURE.md)",
                    package.name
                ));
            }
            let home = HOMES.iter().find(|(library, _)| *library == name);
            if let Some((library, homes)) = home.filter(|(_, homes)| !homes.contains(&package.name.as_str()))
            {
                faults.push(format!(
                    "{} may not use {library}: its home is {}",
                    package.name,
                    homes.join(", ")
                ));
            }
        }
    }
    Ok(faults)
}

/// Lists the tracked and untracked files of ours with these endings.
fn tracked(endings: &[&str]) -> Result<Vec<PathBuf>> {
    let ours = ["ls-files", "--cached", "--others", "--exclude-standard", "--"];
    let list = ask("git", &[&ours[..], endings].concat());
    let list = list.context("git does not list the files: run this in a clone")?;
    Ok(list
        .lines()
        .map(PathBuf::from)
        .filter(|file| file.exists())
        .collect())
}

fn file_faults(file: &Path, text: &str) -> Vec<String> {
    let name = file.to_string_lossy().replace('\\', "/");
    let generated = name.ends_with("bindings.ts");
    let is_test = name.contains("/tests/")
        || name.ends_with("/tests.rs")
        || name.starts_with("tests/")
        || name.contains(".test.")
        || name.contains("/testing/");
    let mut faults = Vec::new();
    let lines = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or(text)
        .lines()
        .count();
    if !generated && !is_test && lines > LINES {
        faults.push(format!("{name}: {lines} lines; {LINES} are enough for one thing"));
    }
    if name.ends_with("/src/lib.rs") && !text.starts_with("//!") {
        faults.push(format!(
            "{name}: begin with `//!`: what this crate does and what it does not"
        ));
    }
    // Spelled apart, so that this file does not accuse itself.
    for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("dbg", "!(")] {
        if !generated && text.contains(word) {
            faults.push(format!("{name}: `{word}` is left over"));
        }
    }
    if file.extension().is_some_and(|extension| extension == "rs") {
        faults.extend(
            empty_names(text).map(|found| format!("{name}: `{found}` says nothing about the thing it names")),
        );
    } else if !name.contains("/ipc/") && text.contains("@tauri-apps/") && !is_test {
        faults.push(format!("{name}: ui/src/ipc is the only door to @tauri-apps"));
    }
    faults
}

/// Paths that a page names in backticks and that lead nowhere.
fn page_faults(page: &Path, text: &str) -> Vec<String> {
    let rooms = ["crates/", "src-tauri/", "ui/", "xtask/", "tests/", "docs/"];
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| rooms.iter().any(|room| word.starts_with(room)))
        .filter(|path| !path.contains([' ', '*', '<', '{', '\n']) && !path.starts_with("ui/dist"))
        .filter(|path| !Path::new(path).exists())
        .map(|path| format!("{}: there is no {path}", page.display()))
        .collect()
}

/// Packages for other systems that npm has dropped from the lock file, as it does where it rewrites the file beside an
/// installed `node_modules`. `npm ci` then refuses the file everywhere.
fn lock_faults(lock: &str) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Lock {
        packages: BTreeMap<String, Locked>,
    }
    #[derive(Deserialize)]
    struct Locked {
        #[serde(default, rename = "optionalDependencies")]
        optional: BTreeMap<String, String>,
    }
    let lock: Lock = serde_json::from_str(lock).context("ui/package-lock.json is no lock file")?;
    let wanted: BTreeSet<&String> = lock
        .packages
        .values()
        .flat_map(|package| package.optional.keys())
        .collect();
    let is_there = |name: &str| {
        lock.packages
            .keys()
            .any(|path| path.ends_with(&format!("node_modules/{name}")))
    };
    let dropped = wanted.into_iter().filter(|name| !is_there(name));
    Ok(dropped
        .map(|name| {
            format!(
                "ui/package-lock.json: {name} is missing; remove ui/node_modules and let `npm install --package-lock-only` write the file"
            )
        })
        .collect())
}

/// Types of ours whose names end in an empty word.
fn empty_names(text: &str) -> impl Iterator<Item = String> {
    let mut found = BTreeMap::new();
    for line in text.lines().map(str::trim_start) {
        let declared = [
            "pub struct ",
            "pub enum ",
            "pub trait ",
            "struct ",
            "enum ",
            "trait ",
        ];
        let Some(rest) = declared.iter().find_map(|keyword| line.strip_prefix(keyword)) else {
            continue;
        };
        let name: String = rest
            .chars()
            .take_while(|letter| letter.is_alphanumeric())
            .collect();
        if EMPTY_NAMES.iter().any(|word| name.ends_with(word)) {
            found.insert(name.clone(), name);
        }
    }
    found.into_values()
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;
    use crate::step;

    #[test]
    fn the_house_is_tidy() -> Result<()> {
        env::set_current_dir(step::root()?)?;
        tidy()
    }

    #[test]
    fn a_path_that_leads_nowhere_and_a_dropped_package_are_found() {
        let page = "See `crates/nowhere/src/lib.rs` and `cargo xtask run`.";
        assert_eq!(page_faults(Path::new("README.md"), page).len(), 1);
        let whole = r#"{"packages": {
            "node_modules/a": {"optionalDependencies": {"b": "1"}}, "node_modules/b": {}}}"#;
        assert!(lock_faults(whole).expect("a lock file").is_empty());
        let pruned = r#"{"packages": {"node_modules/a": {"optionalDependencies": {"b": "1"}}}}"#;
        assert_eq!(lock_faults(pruned).expect("a lock file").len(), 1);
    }

    #[test]
    fn a_long_file_an_empty_name_and_a_leftover_are_found() {
        let long = "//! Long.\n".repeat(LINES + 1);
        assert_eq!(file_faults(Path::new("crates/x/src/a.rs"), &long).len(), 1);
        assert_eq!(
            file_faults(Path::new("crates/x/src/a.rs"), "pub struct GuestManager;\n").len(),
            1
        );
        assert_eq!(
            file_faults(Path::new("crates/x/src/a.rs"), concat!("// TO", "DO\n")).len(),
            1
        );
        assert_eq!(
            file_faults(Path::new("ui/src/guests/A.tsx"), "import \"@tauri-apps/api\";\n").len(),
            1
        );
        assert_eq!(
            file_faults(Path::new("ui/src/ipc/client.ts"), "import \"@tauri-apps/api\";\n").len(),
            0
        );
    }
}
