//! What the tests share: a folder that goes away again, a copy of the project's data in it, and a way to run the command.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use lagesbild_model::Digest;
use serde_json::Value;

/// The pipeline of the report.
pub(crate) const PIPELINE: &str = "pipelines/kungsholmen";
/// Where its releases are published by default.
pub(crate) const ROOT: &str = "data/out/kungsholmen-sdo-2023-v41";
/// The sample files behind it.
pub(crate) const CROSSTAB: &str = "data/sample/status/status_kungsholmen_tom_v41_2023.xlsx";
pub(crate) const WEEKLY: &str = "data/sample/status/status_vecka_lpo_norrmalm_2019-2023.csv";
/// The settings of the synthetic example.
pub(crate) const SODERMALM: [&str; 14] = [
    "--set",
    "area=sodermalm-sdo",
    "--set",
    "place=medborgarplatsen",
    "--set",
    "year=2025",
    "--set",
    "week=30",
    "--set",
    "area-name=sodermalm",
    "--set",
    "lpo=sodermalm",
    "--set",
    "since=2024",
];

/// A folder of a test's own; removed when the test ends, however it ends.
pub(crate) struct Temp(PathBuf);

impl Temp {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Cargo's folder for test files, so that a test that is killed leaves nothing outside `target`.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Temp(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a run of the command ended.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Reply {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output in UTF-8");
        Reply { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The same reply, after its exit code was found right.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(self.err.contains(text), "`{text}` is not said: {self:#?}");
    }
}

/// The head of a pipeline without what it borrows from others, and without remarks on sources that are then not there.
fn without_borrowed(head: &str, own: &Path) -> String {
    let (before, rest) = head.split_once("borrow = [").expect("a list of what is borrowed");
    let (_, after) = rest.split_once("]\n").expect("its end");
    let (settings, remarks) = after.split_once("[remarks]\n").expect("remarks");
    let kept = remarks.lines().filter(|line| {
        let named = line.split_once(" = ").map(|(key, _)| key.trim());
        !line.ends_with(".\"") || named.is_none_or(|key| own.join(format!("sources/{key}.toml")).is_file())
    });
    // What may be set aside is said of a source that is borrowed.
    let kept = kept.filter(|line| *line != "[set-aside]" && !line.ends_with("0.005"));
    let remarks: String = kept.map(|line| format!("{line}\n")).collect();
    format!("{before}{settings}[remarks]\n{remarks}")
}

/// A copy of the report's pipeline with its own sources (the crime tables), the code lists and the sample, in a folder of
/// its own.
pub(crate) struct World {
    folder: Temp,
}

impl World {
    pub(crate) fn new() -> Self {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = Temp::new();
        // One pipeline, so that readers need not be told which one is meant.
        for part in [PIPELINE, "pipelines/codelists", "data/sample/status"] {
            copy(&project.join(part), &folder.path().join(part));
        }
        let world = World { folder };
        let head = format!("{PIPELINE}/pipeline.toml");
        world.write(&head, without_borrowed(&world.text(&head), &world.path(PIPELINE)));
        world
    }

    /// The report's pipeline with all that it borrows, and the whole sample.
    pub(crate) fn whole() -> Self {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = Temp::new();
        for part in ["pipelines", "data/sample"] {
            copy(&project.join(part), &folder.path().join(part));
        }
        World { folder }
    }

    /// A world in which the sample's pipeline has been run once.
    pub(crate) fn published() -> Self {
        let world = World::new();
        world.run(&["--fail-on", "never"]).expect(0);
        world
    }

    /// An empty world with the code lists, for a pipeline of the test's own.
    pub(crate) fn bare() -> Self {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = Temp::new();
        copy(&project.join("pipelines/codelists"), &folder.path().join("pipelines/codelists"));
        World { folder }
    }

    /// Copies a file of the project to where this world has it.
    pub(crate) fn bring(&self, from: &str, to: &str) {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        self.write(to, fs::read(project.join(from)).unwrap_or_else(|error| panic!("{from}: {error}")));
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    pub(crate) fn read(&self, inside: &str) -> Vec<u8> {
        fs::read(self.path(inside)).unwrap_or_else(|error| panic!("{inside}: {error}"))
    }

    pub(crate) fn text(&self, inside: &str) -> String {
        String::from_utf8(self.read(inside)).unwrap_or_else(|error| panic!("{inside}: {error}"))
    }

    pub(crate) fn write(&self, inside: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap_or_else(|error| panic!("{inside}: {error}"));
    }

    /// Replaces `from`, which must stand there exactly once, in a text file.
    #[track_caller]
    pub(crate) fn replace(&self, inside: &str, from: &str, to: &str) {
        let text = self.text(inside);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {inside}");
        self.write(inside, text.replace(from, to));
    }

    /// The command, ready to start in this world and free of what the caller's environment holds for it.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lagesbild"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["NO_COLOR", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn lagesbild<A: AsRef<OsStr>>(&self, args: &[A]) -> Reply {
        Reply::of(&self.command(args).output().expect("a command that starts"))
    }

    /// The command with something on its standard input.
    pub(crate) fn fed<A: AsRef<OsStr>>(&self, args: &[A], input: &[u8]) -> Reply {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a command that starts");
        let mut stdin = child.stdin.take().expect("an open input");
        // A command that refuses its arguments does not read.
        let _ = stdin.write_all(input);
        drop(stdin);
        Reply::of(&child.wait_with_output().expect("a command that ends"))
    }

    /// `lagesbild run` of the sample's pipeline.
    pub(crate) fn run(&self, more: &[&str]) -> Reply {
        self.lagesbild(&[&["run", PIPELINE], more].concat())
    }

    /// The current release of the sample's pipeline, as a path inside the world.
    pub(crate) fn release(&self) -> String {
        self.release_in(ROOT)
    }

    pub(crate) fn release_in(&self, root: &str) -> String {
        format!("{root}/releases/{}", self.text(&format!("{root}/CURRENT")).trim())
    }

    /// Answers of `query` as one JSON object per row.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Value> {
        let reply = self.lagesbild(&["query", sql, "--pipeline", PIPELINE, "--format", "ndjson"]).expect(0);
        reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Every file, folder and link below a folder, with what it holds.
    pub(crate) fn tree(&self, inside: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let root = self.path(inside);
        if root.exists() {
            walk(&root, &root, &mut found);
        }
        found
    }
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_symlink() {
            found.insert(name, format!("link to {}", fs::read_link(&path).unwrap().display()));
        } else if kind.is_dir() {
            found.insert(name, "folder".into());
            walk(root, &path, found);
        } else {
            found.insert(name, Digest::of(&fs::read(&path).unwrap()).to_string());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// Each row that a run has set aside stands in `quarantine` once, with a reason that is told of its source, and together
/// they are what the books say.
#[track_caller]
pub(crate) fn assert_quarantine(world: &World, reply: &Reply) {
    if reply.json()["outcome"] != "published" {
        return;
    }
    let rows = world.query("SELECT source, file, sheet, row, height, rule FROM quarantine ORDER BY row");
    let told = world.query("SELECT DISTINCT source, rule FROM diagnostics WHERE severity <> 'note'");
    for row in &rows {
        let same = rows.iter().filter(|other| ["file", "sheet", "row"].iter().all(|key| other[key] == row[key]));
        assert_eq!(same.count(), 1, "{row}");
        let reason = |finding: &&Value| finding["source"] == row["source"] && finding["rule"] == row["rule"];
        assert!(told.iter().any(|finding| reason(&finding)), "{row} is told nowhere");
    }
    for books in world.query("SELECT file, sheet, quarantined FROM accounting") {
        let of_books = rows.iter().filter(|row| row["file"] == books["file"] && row["sheet"] == books["sheet"]);
        let height: i64 = of_books.map(|row| row["height"].as_i64().unwrap()).sum();
        assert_eq!(books["quarantined"], height, "{books}");
    }
}

/// The findings of a reply to `--json`, without notes: `severity rule place`, with the found, expected and hint behind.
pub(crate) struct Finding {
    pub(crate) head: String,
    pub(crate) found: String,
    pub(crate) expected: String,
    pub(crate) hint: String,
}

/// The findings above a note, in order, without the five of the sample itself.
#[track_caller]
pub(crate) fn problems(reply: &Reply) -> Vec<Finding> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found = reply.json()["findings"].as_array().expect("findings").clone();
    found
        .iter()
        .filter(|finding| finding["severity"] != "note" && !of_the_sample(finding))
        .map(|finding| {
            let file = text(&finding["file"]);
            let mut place = file.rsplit('/').next().unwrap_or_default().to_owned();
            for key in ["sheet", "cell"] {
                if let Some(part) = finding[key].as_str() {
                    place.push(' ');
                    place.push_str(part);
                }
            }
            Finding {
                head: format!("{} {} {place}", text(&finding["severity"]), text(&finding["rule"])),
                found: text(&finding["found"]),
                expected: text(&finding["expected"]),
                hint: text(&finding["hint"]),
            }
        })
        .collect()
}

/// Whether a finding is one of the five rows of the weekly sample whose week belongs to a neighbour year.
fn of_the_sample(finding: &Value) -> bool {
    let weeks = ["2021-W53", "2023-W52"].map(Value::from);
    finding["rule"] == "wrong-period" && weeks.contains(&finding["found"])
}

/// The heads of findings.
pub(crate) fn heads(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.head.as_str()).collect()
}
