//! The AWS SDK for Java v2: the client, the enhanced client's beans and documents, waiters, paginators and exceptions.

use std::fs;
use std::process::Command;

use stator_conformance::clients::{JAVAC, MAVEN, Suite};
use stator_conformance::server::Server;

#[test]
fn java_runs_the_shop() {
    let Some(suite) = Suite::open("sdk_java", "java", &[JAVAC, MAVEN]) else {
        return;
    };
    let libraries = library_path(&suite);
    let classes = suite.build.join("classes");
    let sources = fs::read_dir(suite.source.join("shop")).expect("the sources are there");
    let sources = sources.map(|entry| entry.expect("a folder that opens can be read").path());
    let compile = [
        "-nowarn",
        "-Xlint:none",
        "-encoding",
        "UTF-8",
        "--release",
        "17",
        "-classpath",
        &libraries,
        "-d",
    ];
    suite.compile(Command::new("javac").args(compile).arg(&classes).args(sources));

    let class_path = format!("{}:{libraries}", classes.display());
    let quick_start = [
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Dfile.encoding=UTF-8",
        "-classpath",
        &class_path,
    ];
    suite.run(
        Command::new("java").args(quick_start).arg("shop.Shop"),
        &Server::start(),
    );
}

/// The class path of the libraries that the POM names, copied into the build folder.
fn library_path(suite: &Suite) -> String {
    let folder = suite.build.join("libraries");
    let list = suite.build.join("libraries.txt");
    suite.prepare(
        "pom.xml",
        &mut [Command::new("mvn")
            .args([
                "--batch-mode",
                "--quiet",
                "dependency:copy-dependencies",
                "dependency:build-classpath",
            ])
            .arg("--file")
            .arg(suite.source.join("pom.xml"))
            .arg(format!("-DoutputDirectory={}", folder.display()))
            .arg(format!("-Dmdep.prefix={}", folder.display()))
            .arg(format!("-Dmdep.outputFile={}", list.display()))],
    );
    fs::read_to_string(list)
        .expect("Maven wrote the list")
        .trim()
        .to_owned()
}
