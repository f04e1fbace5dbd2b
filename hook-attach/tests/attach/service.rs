//! Starts the service, and runs the client on it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// Something that takes longer than this does not happen.
const LONG: Duration = Duration::from_secs(60);

/// The service, which is killed when this is dropped.
pub(crate) struct Service {
    pub(crate) child: Child,
    pub(crate) folder: TempDir,
    stdin: Option<ChildStdin>,
    lines: Mutex<Receiver<String>>,
    errors: Mutex<Receiver<String>>,
    listen: String,
}

/// The path of the client.
pub(crate) fn client() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_hook-attach"))
}

impl Service {
    /// Starts the service. `listen` is the value of `HOOKABLE`, in which `{}` is a folder of this service's own.
    pub(crate) fn start(listen: &str, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listen = listen.replace("{}", folder.path().to_str().unwrap());
        let program = client().parent().unwrap().join("examples/service");
        let mut command = Command::new(&program);
        command.process_group(0);
        let mut child = command
            .env("HOOKABLE", &listen)
            .env("XDG_RUNTIME_DIR", folder.path())
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let lines = read(child.stdout.take().unwrap());
        let errors = read(child.stderr.take().unwrap());
        let service = Service {
            stdin: child.stdin.take(),
            child,
            folder,
            lines,
            errors,
            listen,
        };
        assert_eq!(service.line(), "ready");
        service
    }

    /// Starts the service at a socket.
    pub(crate) fn at_socket() -> Self {
        Service::start("listen={}/s", &[])
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    /// Sends an order to the service.
    pub(crate) fn order(&self, order: &str) {
        writeln!(self.stdin.as_ref().unwrap(), "{order}").unwrap();
    }

    /// Returns the next line that the service prints.
    pub(crate) fn line(&self) -> String {
        self.lines
            .lock()
            .unwrap()
            .recv_timeout(LONG)
            .expect("the service prints a line")
    }

    /// Returns the next line of its standard error.
    pub(crate) fn error(&self) -> String {
        self.errors
            .lock()
            .unwrap()
            .recv_timeout(LONG)
            .expect("the service prints an error")
    }

    /// Runs the client with these arguments behind the name of the socket.
    pub(crate) fn attach(&self, arguments: &[&str]) -> Output {
        let path = self.listen.strip_prefix("listen=").unwrap_or_default();
        run(&[&[path], arguments].concat(), self.folder.path())
    }

    /// Returns what the client prints to both streams.
    #[track_caller]
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.attach(arguments);
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    }

    /// Ends the input of the service, and waits until it has ended.
    pub(crate) fn end(mut self) -> TempDir {
        self.stdin = None;
        assert!(self.child.wait().unwrap().success());
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }
}

/// Runs the client.
pub(crate) fn run(arguments: &[&str], runtime: &Path) -> Output {
    let mut command = Command::new(client());
    command.args(arguments.iter().filter(|argument| !argument.is_empty()));
    command
        .env("XDG_RUNTIME_DIR", runtime)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Reads the lines of a stream on a thread of their own.
fn read(from: impl std::io::Read + Send + 'static) -> Mutex<Receiver<String>> {
    let (send, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    Mutex::new(lines)
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
