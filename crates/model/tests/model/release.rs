//! Releases: published whole, kept one back, swept up, found by a pointer that cannot lead outside.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lagesbild_model::Digest;
use lagesbild_model::release::{MANIFEST, ReleaseError, Releases};

use crate::support::Temp;

/// Publishes a release that holds `content`.
fn publish(releases: &Releases, content: &str) -> std::path::PathBuf {
    let writer = releases.lock().unwrap();
    let staging = writer.stage().unwrap();
    fs::create_dir(staging.join("store")).unwrap();
    fs::write(staging.join("store/table"), content).unwrap();
    fs::write(staging.join(MANIFEST), "{}").unwrap();
    writer.publish(&Digest::of(content.as_bytes())).unwrap()
}

fn names(root: &Path) -> BTreeSet<String> {
    fs::read_dir(root.join("releases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn before_the_first_there_is_none() {
    let root = Temp::new();
    let releases = Releases::at(root.path().join("not/yet"));
    assert_eq!(releases.current().unwrap(), None);
    // Asking made nothing.
    assert!(!root.path().join("not").exists());
}

#[test]
fn a_release_is_found_whole_and_the_one_before_is_kept() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let mut published = Vec::new();
    for content in ["one", "two", "three", "four"] {
        published.push(publish(&releases, content));
        let current = releases.current().unwrap().unwrap();
        assert_eq!(Some(&current), published.last());
        assert_eq!(fs::read_to_string(current.join("store/table")).unwrap(), content);
        let kept: BTreeSet<String> = published.iter().rev().take(2).map(|path| name(path)).collect();
        assert_eq!(names(root.path()), kept, "after {content}");
    }
    // Numbers run on; the rest of the name is the head of the fingerprint.
    let last = name(published.last().unwrap());
    assert_eq!(last, format!("000004-{}", Digest::of(b"four").short()));
    assert_eq!(fs::read_to_string(root.path().join("CURRENT")).unwrap(), format!("{last}\n"));
}

/// The same content again is a release of its own: a reader of the old one is not disturbed.
#[test]
fn the_same_content_again_has_another_name() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let (first, second) = (publish(&releases, "same"), publish(&releases, "same"));
    assert_ne!(first, second);
    assert!(first.is_dir() && second.is_dir());
}

#[test]
fn the_lock_is_one_and_ends_with_its_holder() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let writer = releases.lock().unwrap();
    for _ in 0..3 {
        match releases.lock() {
            Err(ReleaseError::Locked { root: told }) => assert_eq!(told, root.path()),
            other => panic!("{other:?}"),
        }
    }
    // Another root has another lock.
    let other = Temp::new();
    assert!(Releases::at(other.path()).lock().is_ok());
    drop(writer);
    assert!(releases.lock().is_ok());
}

#[test]
fn what_a_killed_run_left_is_swept_and_the_rest_stays() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let (_, before, current) = (publish(&releases, "one"), publish(&releases, "two"), publish(&releases, "three"));
    let folder = root.path().join("releases");
    // Half made; moved into place but never pointed at; and something that is no release at all.
    fs::create_dir_all(folder.join(".staging/store")).unwrap();
    fs::create_dir(folder.join("000009-0123456789ab")).unwrap();
    fs::create_dir(folder.join("notes")).unwrap();
    drop(releases.lock().unwrap());
    let expected: BTreeSet<String> = [name(&before), name(&current), "notes".to_owned()].into();
    assert_eq!(names(root.path()), expected);
    assert_eq!(releases.current().unwrap(), Some(current));
}

/// A kill between the move into place and the pointer: the old release is current, and the next publication goes through.
#[test]
fn a_release_without_a_pointer_is_not_current() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let old = publish(&releases, "old");
    let orphan = root.path().join("releases").join(format!("000002-{}", Digest::of(b"new").short()));
    fs::create_dir(&orphan).unwrap();
    fs::write(orphan.join(MANIFEST), "{}").unwrap();
    assert_eq!(releases.current().unwrap(), Some(old));
    let new = publish(&releases, "new");
    assert_eq!(releases.current().unwrap(), Some(new));
}

/// A kill while the pointer was being written: its fresh copy lies beside it and disturbs nobody.
#[test]
fn a_half_written_pointer_is_passed_over() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let old = publish(&releases, "old");
    fs::write(root.path().join(".CURRENT"), "0000").unwrap();
    assert_eq!(releases.current().unwrap(), Some(old));
    let new = publish(&releases, "new");
    assert_eq!(releases.current().unwrap(), Some(new));
    assert!(!root.path().join(".CURRENT").exists());
}

#[test]
fn a_pointer_that_names_no_release_is_told_and_not_followed() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let good = publish(&releases, "good");
    // A folder outside that looks like a release.
    let outside = Temp::new();
    fs::write(outside.path().join(MANIFEST), "{}").unwrap();
    let outside = outside.path().to_str().unwrap();
    for pointer in
        ["", "\n", "000001", "..", "../..", outside, "000001-0123456789ab", "1-0123456789ab", "000001-0123456789aX"]
    {
        fs::write(root.path().join("CURRENT"), pointer).unwrap();
        match releases.current() {
            Err(ReleaseError::BadPointer { found, .. }) => assert_eq!(found, pointer.trim()),
            other => panic!("`{pointer}`: {other:?}"),
        }
        // On the word of such a pointer nothing is removed.
        drop(releases.lock().unwrap());
        assert!(good.is_dir(), "`{pointer}`");
    }
    let next = publish(&releases, "next");
    assert_eq!(releases.current().unwrap(), Some(next));
}

/// A release whose manifest is gone is not one.
#[test]
fn a_release_without_a_manifest_is_told() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let path = publish(&releases, "one");
    fs::remove_file(path.join(MANIFEST)).unwrap();
    assert!(matches!(releases.current(), Err(ReleaseError::BadPointer { .. })));
}

#[test]
fn publishing_without_a_stage_fails_and_leaves_the_old_one() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    let old = publish(&releases, "old");
    let writer = releases.lock().unwrap();
    let error = writer.publish(&Digest::of(b"nothing")).unwrap_err();
    assert!(matches!(error, ReleaseError::Io { .. }), "{error}");
    assert_eq!(releases.current().unwrap(), Some(old));
}

/// A stage begins empty, whatever was left in it.
#[test]
fn a_stage_is_empty() {
    let root = Temp::new();
    let writer = Releases::at(root.path()).lock().unwrap();
    let stage = writer.stage().unwrap();
    fs::write(stage.join("half"), "").unwrap();
    assert_eq!(writer.stage().unwrap(), stage);
    assert_eq!(fs::read_dir(stage).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn latest_is_a_link_to_the_current_release() {
    let root = Temp::new();
    let releases = Releases::at(root.path());
    for content in ["one", "two"] {
        let release = publish(&releases, content);
        assert_eq!(fs::read_link(root.path().join("latest")).unwrap(), Path::new("releases").join(name(&release)));
        assert_eq!(fs::read_to_string(root.path().join("latest/store/table")).unwrap(), content);
    }
    // Killed between the pointer and the link: the next writer mends it.
    fs::remove_file(root.path().join("latest")).unwrap();
    drop(releases.lock().unwrap());
    assert_eq!(fs::read_to_string(root.path().join("latest/store/table")).unwrap(), "two");
}

/// Links are removed, never followed: what they point at stays.
#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (root, outside) = (Temp::new(), Temp::new());
    fs::write(outside.path().join("precious"), "kept").unwrap();
    let releases = Releases::at(root.path());
    publish(&releases, "one");
    for name in [".staging", "000009-0123456789ab"] {
        std::os::unix::fs::symlink(outside.path(), root.path().join("releases").join(name)).unwrap();
    }
    std::os::unix::fs::symlink(outside.path().join("precious"), root.path().join(".CURRENT")).unwrap();
    publish(&releases, "two");
    assert_eq!(fs::read_to_string(outside.path().join("precious")).unwrap(), "kept");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}
