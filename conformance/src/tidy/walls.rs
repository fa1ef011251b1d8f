//! What stays behind a wall: JSON in the model's shapes, HTTP at the edge, time and chance behind `World`, no I/O in the core.

use super::source::Named;
use super::{Finding, Rule, Workspace};

const CORE: &str = "emulator/core/src/";
const SERVICE: &str = "emulator/service/src/";

/// A wall: paths that begin with one of these words may be named in some places alone.
struct Wall {
    /// Where the wall stands: only files below are looked at.
    around: &'static [&'static str],
    /// The files behind it.
    except: &'static [&'static str],
    /// The beginnings of paths that stay behind it, as written in code.
    keeps: &'static [&'static str],
}

/// General JSON.
pub const JSON: Rule = Rule {
    name: "JSON wall",
    why: "JSON lives in the model's shapes and in the administration alone; past the decoder a request is typed",
    find: |workspace| {
        let general = Wall {
            around: &[CORE, SERVICE],
            except: &["emulator/service/src/http/admin/"],
            keeps: &["serde_json"],
        };
        let texts = Wall {
            around: &[CORE],
            except: &["emulator/core/src/model/"],
            keeps: &[
                "crate::model::json::Reader",
                "crate::model::json::Writer",
                "crate::model::json::from_text",
                "crate::model::json::read_whole",
            ],
        };
        [general.find(workspace), texts.find(workspace)].concat()
    },
};

/// HTTP and its crates.
pub const HTTP: Rule = Rule {
    name: "HTTP wall",
    why: "HTTP lives in service/http and the upstream terminal alone; tower stops at the service",
    find: |workspace| {
        let http = Wall {
            around: &["emulator/", "mock/", "fixtures/"],
            except: &["emulator/service/src/http", "emulator/service/src/terminals/upstream"],
            keeps: &[
                "http",
                "http_body",
                "http_body_util",
                "hyper",
                "hyper_util",
                "axum",
                "tower_http",
                "h2",
                "reqwest",
            ],
        };
        let tower = Wall {
            around: &["emulator/", "mock/", "fixtures/"],
            except: &[SERVICE],
            keeps: &["tower", "tower_layer", "tower_service"],
        };
        [http.find(workspace), tower.find(workspace)].concat()
    },
};

/// Time and chance.
pub const WORLD: Rule = Rule {
    name: "one door",
    why: "time, chance and ids enter the core through World alone, so that a run can be repeated",
    find: |workspace| {
        let door = Wall {
            around: &[CORE],
            except: &["emulator/core/src/engine/world.rs"],
            keeps: &[
                "rand",
                "getrandom",
                "SystemTime::now",
                "Instant::now",
                "std::time::SystemTime",
                "std::time::Instant",
            ],
        };
        door.find(workspace)
    },
};

/// Files, sockets, threads and tasks.
pub const INPUT_OUTPUT: Rule = Rule {
    name: "no I/O in the core",
    why: "the core is synchronous, does no I/O and spawns nothing",
    find: |workspace| {
        let io = Wall {
            around: &[CORE],
            except: &[],
            keeps: &[
                "std::fs",
                "std::net",
                "std::env",
                "std::process",
                "std::thread",
                "std::io::stdin",
                "std::io::stdout",
                "std::io::stderr",
            ],
        };
        [io.find(workspace), find_tasks_and_prints(workspace)].concat()
    },
};

impl Wall {
    fn find(&self, workspace: &Workspace<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for source in &workspace.sources {
            let within = |places: &[&str]| places.iter().any(|place| source.path.starts_with(place));
            if !within(self.around) || within(self.except) {
                continue;
            }
            for path in source
                .named
                .iter()
                .filter(|path| !path.is_test && self.keeps_behind(path))
            {
                findings.push(Finding::refused(source.path, path.line, path.words.join("::")));
            }
        }
        findings
    }

    fn keeps_behind(&self, path: &Named<'_>) -> bool {
        self.keeps.iter().any(|kept| {
            let mut words = path.words.iter();
            kept.split("::")
                .all(|word| words.next().is_some_and(|found| *found == word))
        })
    }
}

fn find_tasks_and_prints(workspace: &Workspace<'_>) -> Vec<Finding> {
    const PHRASES: [&[&str]; 6] = [
        &["async"],
        &[".", "await"],
        &["println", "!"],
        &["eprintln", "!"],
        &["print", "!"],
        &["eprint", "!"],
    ];
    let mut findings = Vec::new();
    for source in workspace.sources.iter().filter(|source| source.path.starts_with(CORE)) {
        for phrase in PHRASES {
            let lines = source.product_lines_that_read(phrase);
            findings.extend(
                lines
                    .into_iter()
                    .map(|line| Finding::refused(source.path, line, phrase.concat())),
            );
        }
    }
    findings
}
