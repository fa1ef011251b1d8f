//! The rules of the house hold for this workspace; see `stator_conformance::tidy`.

use std::io::Write;
use std::path::Path;

use stator_conformance::tidy::exceptions::EXCEPTIONS;
use stator_conformance::tidy::{Files, RULES, Report, Workspace};

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = Files::read(&root).expect("the sources of this build can be read");
    let report = Report::of(&Workspace::of(&files), RULES, EXCEPTIONS);
    assert!(report.is_clean(), "\n{report}");
    // Past the test harness, which keeps what passing tests print: notes are there to be seen.
    let _ = writeln!(std::io::stderr(), "{report}");
}
