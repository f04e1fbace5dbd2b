//! Clients that mean harm, or are broken: the program survives them, and the next client is served.

use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{fs, thread};

use crate::service::Service;

/// Sends bytes, and gives the first line of the answer.
fn answer(service: &Service, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(service.socket()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // The program may close the connection before all was sent.
    let _ = stream.write_all(bytes);
    let mut line = String::new();
    let _ = BufReader::new(stream).read_line(&mut line);
    line
}

#[test]
fn what_is_no_request_is_refused() {
    let service = Service::at_socket();
    service.order("apple 3");
    service.says(&["--wait", "60"]);
    let refused = answer(&service, b"POST / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(
        refused.starts_with("{\"hookable\":1,\"ok\":false,\"error\":\"the request is no JSON"),
        "{refused}"
    );
    let deep = answer(&service, format!("{}\n", "[".repeat(100_000)).as_bytes());
    assert!(deep.contains("brackets nest deeper than 128"), "{deep}");
    let long = answer(&service, &vec![b' '; 10 << 20]);
    assert!(
        long.is_empty() || long.contains("the request is longer than 1 MiB"),
        "{long}"
    );
    assert!(answer(&service, b"\xff\xfe\0\n").contains("the request is no JSON"));
    assert!(answer(&service, b"{\"hookable\":1,\"do\":\"evaluate\",\"line\":\"\\u0000\"}\n").contains("\"ok\":"));
    // Half a request, and none.
    drop(UnixStream::connect(service.socket()).map(|mut stream| stream.write_all(b"{\"hookable\":1,")));
    drop(UnixStream::connect(service.socket()));
    assert_eq!(service.says(&["-e", "number"]), "3\n");
}

#[test]
fn frames_that_are_none_end_the_session() {
    let service = Service::at_socket();
    service.order("apple 3");
    for frames in [
        &b"\x09\0\0\0\0"[..],
        b"\0\xff\xff\xff\xff",
        b"\x01\0\0\0\x01x",
        b"\0\0\0\0\x0aab",
    ] {
        // The program may not yet have noticed that the last client is gone.
        let mut stream = eventually(|| console(&service));
        stream.write_all(frames).unwrap();
    }
    eventually(|| (service.says(&["-e", "number"]) == "3\n").then_some(()));
}

/// The console may still be getting its terminal when a client goes. Nobody types a line then.
#[test]
fn clients_leave_while_the_console_opens() {
    for _ in 0..12 {
        let service = Service::at_socket();
        service.order("apple 3");
        for _ in 0..4 {
            drop(eventually(|| console(&service)));
        }
        eventually(|| (service.says(&["-e", "number"]) == "3\n").then_some(()));
    }
}

/// Asks for the console. Returns the connection if there is one.
fn console(service: &Service) -> Option<UnixStream> {
    let mut stream = UnixStream::connect(service.socket()).unwrap();
    stream.write_all(b"{\"hookable\":1,\"do\":\"console\"}\n").unwrap();
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).unwrap();
    line.contains("\"ok\":true").then_some(stream)
}

/// Tries something again and again until it gives a result.
#[track_caller]
fn eventually<T>(attempt: impl Fn() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(done) = attempt() {
            return done;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it did not happen within 30 s");
}

/// The socket is the user's alone. Where the tests run as root, another user comes, too, and finds the doors open.
#[test]
fn another_user_gets_nothing() {
    let service = Service::at_socket();
    service.order("apple 3");
    service.says(&["--wait", "60"]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&service.socket()), 0o600);
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return;
    }
    let client = service.folder.path().join("client");
    fs::copy(crate::service::client(), &client).unwrap();
    for path in [service.folder.path(), &client] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    let as_nobody = |lines: &[&str]| {
        let mut other = Command::new("setpriv");
        other.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        let output = other.arg(&client).arg(service.socket()).args(lines).output().unwrap();
        assert!(!output.status.success(), "{output:?}");
        assert_eq!(output.stdout, b"", "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let closed = as_nobody(&["-e", "number"]);
    assert!(closed.contains("Permission denied"), "{closed}");
    // The mode of a file is not all that keeps him away.
    fs::set_permissions(service.socket(), Permissions::from_mode(0o777)).unwrap();
    for lines in [&["-e", "number = 9"][..], &["--state"], &["--wait", "1"], &["--watch"]] {
        as_nobody(lines);
    }
    assert_eq!(service.says(&["-e", "number"]), "3\n");
}

#[test]
fn a_thousand_connections() {
    let service = Service::at_socket();
    service.order("apple 3");
    let mut open = Vec::new();
    for number in 0..1000 {
        if let Ok(mut stream) = UnixStream::connect(service.socket()) {
            let _ = stream.write_all(b"{\"hookable\":1,\"do\":\"state\"}\n");
            if number % 20 == 0 {
                open.push(stream);
            }
        }
    }
    drop(open);
    eventually(|| (service.says(&["-e", "number"]) == "3\n").then_some(()));
}

#[test]
fn a_port_needs_the_token() {
    let service = Service::start("listen=tcp:0", &[]);
    let said = service.error();
    let (address, token) = said
        .strip_prefix("hookable: listening at ")
        .unwrap()
        .split_once(", token ")
        .unwrap();
    let port: u16 = address.strip_prefix("tcp:").unwrap().parse().unwrap();
    let ask = |bytes: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        let mut text = String::new();
        let _ = stream.take(4096).read_to_string(&mut text);
        text
    };
    let without = ask("{\"hookable\":1,\"do\":\"state\"}\n");
    assert!(
        without.contains("the token is not the one that the program printed"),
        "{without}"
    );
    assert!(ask("{\"hookable\":1,\"do\":\"state\",\"token\":\"x\"}\n").contains("the token is not"));
    assert!(ask("POST / HTTP/1.1\r\n\r\n{}").contains("the request is no JSON"));
    let runs = crate::service::run(&["--state", "--token", token, address], service.folder.path());
    assert!(String::from_utf8_lossy(&runs.stdout).contains(" runs: "), "{runs:?}");
}

#[test]
fn a_link_or_a_file_at_the_path_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "mine").unwrap();
    symlink(&file, &link).unwrap();
    for path in [&file, &link] {
        let service = Service::start(&format!("listen={}", path.display()), &[]);
        let said = service.error();
        assert!(
            said.ends_with("a file of another kind is there: hooks do nothing"),
            "{said}"
        );
        service.order("apple 3");
        assert_eq!(service.line(), "1 in total");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}
