//! How a suite in another language is prepared and run.
//!
//! A suite is a folder of sources under `conformance/clients` that plays the same story (see the README there) with that
//! language's SDK, against the endpoint that the SDK finds in its environment. What it needs from outside is brought into
//! the target folder once, as its lock file says, and again when the lock file or the tool changes. Nothing is written
//! beside the sources, and nothing is taken from the home folder of the person who runs it but the caches that the
//! package managers keep there.
//!
//! A machine without the language skips the suite and says so, unless `STATOR_REQUIRE_CLIENTS=1`. It does not know what
//! a suite does: a suite that ends with zero has passed.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::folders;
use crate::server::Server;

/// A suite that prints nothing for this long is stuck.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// The region that every suite works in: not the usual default, so that a server that ignores it is found out.
pub const REGION: &str = "eu-west-1";

/// A program that a suite needs, with arguments that make it print its version and succeed.
pub struct Tool {
    program: &'static str,
    probe: &'static [&'static str],
}

/// Python with the modules that make a virtual environment.
pub const PYTHON: Tool = Tool {
    program: "python3",
    probe: &["-c", "import ensurepip, sys, venv; print(sys.version)"],
};
/// Node.js.
pub const NODE: Tool = Tool {
    program: "node",
    probe: &["--version"],
};
/// The package manager of Node.js.
pub const NPM: Tool = Tool {
    program: "npm",
    probe: &["--version"],
};
/// The Go toolchain.
pub const GO: Tool = Tool {
    program: "go",
    probe: &["version"],
};
/// A Java development kit.
pub const JAVAC: Tool = Tool {
    program: "javac",
    probe: &["-version"],
};
/// The package manager of Java.
pub const MAVEN: Tool = Tool {
    program: "mvn",
    probe: &["--version"],
};

/// What lets a short Java program start quickly.
pub const QUICK_JAVA: [&str; 3] = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8"];

/// A client suite on a machine that can run it.
pub struct Suite {
    name: &'static str,
    /// The versions of the tools: what was prepared with another version is prepared again.
    versions: String,
    /// The folder of the sources.
    pub source: PathBuf,
    /// The folder that holds what the suite needs and builds.
    pub build: PathBuf,
}

impl Suite {
    /// The suite, or nothing when this machine lacks one of the tools: then the line that says so is printed.
    ///
    /// # Panics
    /// When a tool is missing and `STATOR_REQUIRE_CLIENTS=1` forbids to skip.
    pub fn open(name: &'static str, language: &str, tools: &[Tool]) -> Option<Self> {
        let build = folders::client_build(language);
        Self::at(name, folders::client_source(language), build, tools)
    }

    /// The tests of an example application in a language; its sources are those of all languages.
    ///
    /// # Panics
    /// As [`Suite::open`].
    pub fn of_example(name: &'static str, example: &str, language: &str, tools: &[Tool]) -> Option<Self> {
        let build = folders::client_build(&format!("{example}-{language}"));
        Self::at(name, folders::example(example), build, tools)
    }

    fn at(name: &'static str, source: PathBuf, build: PathBuf, tools: &[Tool]) -> Option<Self> {
        let mut versions = String::new();
        for tool in tools {
            let Some(version) = version(tool) else {
                let reason = format!("no {} on this machine", tool.program);
                let required = std::env::var("STATOR_REQUIRE_CLIENTS").is_ok_and(|value| value == "1");
                assert!(
                    !required,
                    "{name}: {reason}, and STATOR_REQUIRE_CLIENTS=1 forbids to skip"
                );
                announce(&format!("SKIPPED {name}: {reason}"));
                return None;
            };
            versions.push_str(&version);
        }
        fs::create_dir_all(&build).unwrap_or_else(|error| panic!("{}: {error}", build.display()));
        Some(Self {
            name,
            versions,
            source,
            build,
        })
    }

    /// Runs `commands` unless they have succeeded before with the same `lock` file and the same tools.
    ///
    /// Suites that share a folder wait for each other here.
    ///
    /// # Panics
    /// When a command fails; its output is in the message.
    #[track_caller]
    pub fn prepare(&self, lock: &str, commands: &mut [&mut Command]) {
        let lock_file = self.source.join(lock);
        let wanted = fs::read_to_string(&lock_file).unwrap_or_else(|error| panic!("{}: {error}", lock_file.display()));
        let wanted = format!("{}\n{}\n{wanted}", self.build.display(), self.versions);
        let guard = File::create(self.build.join("prepare.lock")).expect("the folder was just made");
        guard.lock().expect("this file system has locks");
        let stamp = self.build.join("prepared");
        if fs::read_to_string(&stamp).is_ok_and(|done| done == wanted) {
            return;
        }
        announce(&format!("{}: bringing in what {lock} names", self.name));
        for command in commands {
            self.complete(command);
        }
        fs::write(&stamp, wanted).expect("the folder was just made");
    }

    /// Compiles the sources, and says so: the first time it takes a while.
    ///
    /// # Panics
    /// When the compiler fails; its output is in the message.
    #[track_caller]
    pub fn compile(&self, command: &mut Command) {
        announce(&format!("{}: compiling", self.name));
        self.complete(command);
    }

    /// Runs one command to its end, quietly.
    #[track_caller]
    fn complete(&self, command: &mut Command) {
        let output = command.stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {command:?}: {error}", self.name));
        let (stdout, stderr) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success(),
            "{}: {command:?} ended with {}\n{stdout}{stderr}",
            self.name,
            output.status
        );
    }

    /// Copies the sources into the build folder: for a language that looks for its libraries beside them.
    ///
    /// # Panics
    /// When the build folder cannot be written.
    pub fn copy_sources(&self) {
        for entry in entries(&self.source) {
            let copy = self.build.join(entry.file_name());
            if copy.is_dir() {
                fs::remove_dir_all(&copy).unwrap_or_else(|error| panic!("{}: {error}", copy.display()));
            }
            copy_tree(&entry.path(), &copy);
        }
    }

    /// A virtual environment that holds what a file of requirements names.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn python_environment(&self, requirements: &str) -> PathBuf {
        let environment = self.build.join("environment");
        self.prepare(
            requirements,
            &mut [
                Command::new(PYTHON.program)
                    .args(["-m", "venv", "--clear"])
                    .arg(&environment),
                Command::new(environment.join("bin/python"))
                    .args([
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--requirement",
                    ])
                    .arg(self.source.join(requirements)),
            ],
        );
        environment
    }

    /// Compiles a package of Java sources against the libraries that the POM names; gives the class path to run it with.
    ///
    /// # Panics
    /// When the libraries cannot be had, or the compiler fails.
    pub fn compile_java(&self, package: &str) -> String {
        let libraries = self.java_libraries();
        let classes = self.build.join("classes");
        let package = self.source.join(package);
        let sources = entries(&package).map(|entry| entry.path());
        let arguments = [
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
        self.compile(Command::new(JAVAC.program).args(arguments).arg(&classes).args(sources));
        format!("{}:{libraries}", classes.display())
    }

    /// The class path of the libraries that the POM names, copied into the build folder.
    fn java_libraries(&self) -> String {
        let folder = self.build.join("libraries");
        let list = self.build.join("libraries.txt");
        self.prepare(
            "pom.xml",
            &mut [Command::new(MAVEN.program)
                .args([
                    "--batch-mode",
                    "--quiet",
                    "dependency:copy-dependencies",
                    "dependency:build-classpath",
                ])
                .arg("--file")
                .arg(self.source.join("pom.xml"))
                .arg(format!("-DoutputDirectory={}", folder.display()))
                .arg(format!("-Dmdep.prefix={}", folder.display()))
                .arg(format!("-Dmdep.outputFile={}", list.display()))],
        );
        fs::read_to_string(list)
            .expect("Maven wrote the list")
            .trim()
            .to_owned()
    }

    /// Puts the packages that a folder's lock file names where all sources in the build folder find them, with a package of ours beside.
    ///
    /// # Panics
    /// When they cannot be had, or the build folder cannot be written.
    pub fn node_packages(&self, folder: &str, ours: &Path) {
        let lock = Path::new(folder).join("package-lock.json");
        for file in ["package.json", "package-lock.json"] {
            copy_tree(&self.source.join(folder).join(file), &self.build.join(file));
        }
        let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
        self.prepare(
            lock.to_str().expect("names of folders here are words"),
            &mut [Command::new(NPM.program).args(install).current_dir(&self.build)],
        );
        let name = ours.file_name().expect("a package lies in a folder");
        copy_tree(ours, &self.build.join("node_modules").join(name));
    }

    /// Runs the suite against the server and passes its lines on.
    ///
    /// # Panics
    /// When the suite fails, or says nothing for a minute.
    #[track_caller]
    pub fn run(&self, command: &mut Command, server: &Server) {
        self.run_alone(client_environment(command, server));
    }

    /// Runs tests that start their servers themselves, and passes their lines on.
    ///
    /// # Panics
    /// As [`Suite::run`].
    #[track_caller]
    pub fn run_alone(&self, command: &mut Command) {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{}: {command:?}: {error}", self.name));
        self.pass_lines_on(&mut child);
        let status = child.wait().expect("the child was started and not awaited before");
        assert!(
            status.success(),
            "{} ended with {status}; its steps are printed above",
            self.name
        );
    }

    fn pass_lines_on(&self, child: &mut Child) {
        let (sender, lines) = mpsc::channel();
        send_lines(child.stdout.take().expect("standard output is piped"), sender.clone());
        send_lines(child.stderr.take().expect("standard error is piped"), sender);
        loop {
            match lines.recv_timeout(SILENCE_MAX) {
                Ok(line) => println!("{line}"),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    panic!(
                        "{} is stuck: no line for {SILENCE_MAX:?}; its last steps are printed above",
                        self.name
                    );
                }
            }
        }
    }
}

/// The environment in which an SDK finds the server by itself, and none of the user's own AWS configuration.
pub fn client_environment<'a>(command: &'a mut Command, server: &Server) -> &'a mut Command {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    let nowhere = Path::new("/nonexistent");
    command
        .env("AWS_ENDPOINT_URL_DYNAMODB", server.url())
        .env("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", server.url())
        .env("AWS_ACCESS_KEY_ID", "shop")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", nowhere)
        .env("AWS_SHARED_CREDENTIALS_FILE", nowhere)
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("no_proxy", "127.0.0.1,localhost")
}

/// A word that no other run uses: suites put it into the names of their tables, for an endpoint may outlive them.
pub fn run_id() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

/// What the tool says of itself, or nothing when it is not there or does not work.
fn version(tool: &Tool) -> Option<String> {
    let output = Command::new(tool.program)
        .args(tool.probe)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Prints a line at once, past the test harness, which keeps the output of tests that pass to itself.
fn announce(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn entries(folder: &Path) -> impl Iterator<Item = fs::DirEntry> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("a folder that opens can be read"))
}

fn copy_tree(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
        for entry in entries(from) {
            copy_tree(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    }
}

fn send_lines(output: impl Read + Send + 'static, sender: mpsc::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
}
