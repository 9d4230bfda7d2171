use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use super::*;
use crate::{audit::sample, cli::LogFormat, log::captured::Lines, store::Store};

fn anchor(byte: u8) -> CertificateDer {
    CertificateDer::new(vec![byte; 100])
}

#[test]
fn a_second_lock_is_refused_until_the_first_is_gone() {
    let parent = TempDir::new().unwrap();
    let path = parent.path().join("state/segl-data");
    let first = DataDirectory::open(&path).unwrap();
    let clone = first.clone();
    drop(first);
    let refused = DataDirectory::open(&path);
    assert!(matches!(refused, Err(DataDirectoryError::Locked { path: at }) if at == path));
    drop(clone);
    DataDirectory::open(&path).unwrap();
}

#[test]
fn the_directory_is_for_its_owner_alone() {
    let parent = TempDir::new().unwrap();
    let path = parent.path().join("segl-data");
    let _directory = DataDirectory::open(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_path_that_is_no_directory_is_refused() {
    let parent = TempDir::new().unwrap();
    let path = parent.path().join("file");
    fs::write(&path, "").unwrap();
    assert!(matches!(DataDirectory::open(&path), Err(DataDirectoryError::File { .. })));
}

#[test]
fn the_management_ports_token_is_new_at_each_start_and_for_the_owner_alone() {
    let directory = DataDirectory::temporary().unwrap();
    let (first, _) = directory.management_token().unwrap();
    let (token, path) = directory.management_token().unwrap();
    assert_ne!(first.expose(), token.expose());
    assert_eq!(fs::read_to_string(&path).unwrap(), token.expose());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_temporary_directory_vanishes() {
    let directory = DataDirectory::temporary().unwrap();
    let path = directory.path().to_owned();
    assert!(path.is_dir());
    drop(directory);
    assert!(!path.exists());
}

#[test]
fn every_root_certificate_is_kept_once_and_in_order() {
    let parent = TempDir::new().unwrap();
    for anchors in [[1, 2], [2, 3]] {
        let directory = DataDirectory::open(parent.path()).unwrap();
        for byte in anchors {
            directory.remember_trust_anchor(&anchor(byte)).unwrap();
        }
    }
    let kept = DataDirectory::open(parent.path()).unwrap().trust_anchors().unwrap();
    assert_eq!(kept, [anchor(1), anchor(2), anchor(3)]);
}

#[test]
fn a_damaged_list_of_root_certificates_is_refused_and_left_alone() {
    let parent = TempDir::new().unwrap();
    let directory = DataDirectory::open(parent.path()).unwrap();
    let path = parent.path().join("trust-anchors.pem");
    let begin = "-----BEGIN CERTIFICATE-----\n";
    let end = "-----END CERTIFICATE-----\n";
    let cases = [
        "AAAA\n".to_owned(),
        format!("{begin}AAAA\n"),
        format!("{begin}!\n{end}"),
        format!("{begin}{begin}{end}"),
        end.to_owned(),
    ];
    for content in cases {
        fs::write(&path, &content).unwrap();
        let refused = directory.remember_trust_anchor(&anchor(1));
        assert!(
            matches!(refused, Err(DataDirectoryError::TrustAnchorsDamaged { .. })),
            "{content}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    fs::write(&path, [0xff]).unwrap();
    assert!(matches!(
        directory.trust_anchors(),
        Err(DataDirectoryError::TrustAnchorsDamaged { .. })
    ));
}

#[test]
fn the_audit_key_is_made_once_and_read_again() {
    let directory = DataDirectory::temporary().unwrap();
    let path = directory.path().join("audit.key");
    let (_, origin) = directory.audit_key(None).unwrap();
    assert_eq!(origin, AuditKeyOrigin::Made(path.clone()));
    assert!(origin.to_string().contains("SIGNER_AUDIT_KEY"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let made = fs::read_to_string(&path).unwrap();
    let (_, origin) = directory.audit_key(None).unwrap();
    assert_eq!(origin, AuditKeyOrigin::Kept(path.clone()));
    assert_eq!(fs::read_to_string(&path).unwrap(), made);
    read_audit_key(directory.path(), None).unwrap();
}

#[test]
fn a_given_key_leaves_no_file() {
    let directory = DataDirectory::temporary().unwrap();
    let (_, origin) = directory.audit_key(Some(&"ab".repeat(32))).unwrap();
    assert_eq!(origin, AuditKeyOrigin::Given);
    assert!(!directory.path().join("audit.key").exists());
    assert_eq!(directory.audit_key(Some("ab")).unwrap_err(), AuditKeyError::Length { length: 1 });
}

#[test]
fn an_audit_key_that_others_may_read_is_refused() {
    let directory = DataDirectory::temporary().unwrap();
    let path = directory.path().join("audit.key");
    directory.audit_key(None).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = directory.audit_key(None).unwrap_err();
    assert_eq!(refused, AuditKeyError::Exposed { path, mode: 0o640 });
}

#[test]
fn reading_a_key_makes_none() {
    let directory = DataDirectory::temporary().unwrap();
    let missing = read_audit_key(directory.path(), None).unwrap_err();
    assert!(matches!(missing, AuditKeyError::File { kind: io::ErrorKind::NotFound, .. }));
    symlink("/nonexistent/key", directory.path().join("audit.key")).unwrap();
    let dangling = directory.audit_key(None).unwrap_err();
    assert!(matches!(dangling, AuditKeyError::File { .. }));
}

#[test]
fn a_log_whose_key_is_elsewhere_asks_for_it() {
    let directory = DataDirectory::temporary().unwrap();
    fs::write(directory.database(), "a log").unwrap();
    let missing = read_audit_key(directory.path(), None).unwrap_err();
    assert!(missing.to_string().contains("set SIGNER_AUDIT_KEY"), "{missing}");
    assert_eq!(missing, directory.audit_key(None).unwrap_err());
}

#[test]
fn no_audit_key_is_made_beside_a_log_that_has_another() {
    let directory = DataDirectory::temporary().unwrap();
    fs::write(directory.database(), "a log").unwrap();
    let refused = directory.audit_key(None);
    assert!(matches!(refused, Err(AuditKeyError::Elsewhere { .. })), "{refused:?}");
    assert!(!directory.path().join("audit.key").exists());
    assert!(directory.audit_key(Some(&"ab".repeat(32))).is_ok());
    // Before there is a log, a key is made.
    fs::write(directory.database(), "").unwrap();
    assert!(matches!(directory.audit_key(None), Ok((_, AuditKeyOrigin::Made(_)))));
}

#[test]
fn what_others_may_do_with_folder_and_key_is_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("tls.key");
    fs::write(&key, "key").unwrap();
    let told = |folder_mode, key_mode| {
        let (lines, log) = Lines::of(LogFormat::Text);
        let mode = fs::Permissions::from_mode;
        fs::set_permissions(folder.path(), mode(folder_mode)).unwrap();
        fs::set_permissions(&key, mode(key_mode)).unwrap();
        drop(DataDirectory::open(folder.path()).unwrap());
        warn_if_others_may(&key, 0o027, "read or change");
        drop(log);
        lines.text()
    };
    assert_eq!(told(0o700, 0o600), "");
    assert_eq!(told(0o755, 0o640), "", "its group may read a key");
    let open = told(0o777, 0o644);
    let words = ["others may write into this", "mode=777", "others may read or change", "mode=644"];
    assert!(words.iter().all(|word| open.contains(word)), "{open}");
    assert!(open.contains(&key.display().to_string()), "{open}");
}

#[tokio::test]
async fn the_directory_stays_locked_while_a_store_lives() {
    let parent = TempDir::new().unwrap();
    let directory = DataDirectory::open(parent.path()).unwrap();
    let store = Store::open(&directory, sample::key()).await.unwrap();
    drop(directory);
    assert!(DataDirectory::open(parent.path()).is_err());
    store.close().await.unwrap();
    DataDirectory::open(parent.path()).unwrap();
}
