//! How the authority is made, and what is never made over.

use super::*;

#[test]
fn of_a_folder_that_lacks_a_file_nothing_is_made_over_what_is_there() {
    let folder = TempDir::new().unwrap();
    let settings = settings(folder.path());
    let at = settings.folder.clone();
    RegistryAuthority::new(settings.clone()).unwrap().certificates(now()).unwrap();
    let key = fs::read(at.join("issuing-1.key")).unwrap();
    for missing in ["root.cer", "issuing-1.key"] {
        let kept = fs::read(at.join(missing)).unwrap();
        // As after a copy that was cut off, before the start and after it.
        let early = tempfile::tempdir().unwrap();
        let late = AuthoritySettings { folder: early.path().join("late"), ..settings.clone() };
        let started = RegistryAuthority::new(late.clone()).unwrap();
        fs::create_dir(&late.folder).unwrap();
        for file in ["root.cer", "root.key", "issuing-1.cer", "issuing-1.key"] {
            fs::copy(at.join(file), late.folder.join(file)).unwrap();
        }
        fs::remove_file(late.folder.join(missing)).unwrap();
        fs::remove_file(at.join(missing)).unwrap();
        let refused = RegistryAuthority::new(settings.clone());
        assert!(matches!(refused, Err(AuthorityError::Incomplete(_))), "{missing}: {refused:?}");
        let refused = started.certificates(now());
        assert!(matches!(refused, Err(AuthorityError::Incomplete(_))), "{missing}: {refused:?}");
        assert!(!late.folder.join(missing).exists() && !late.folder.join("issuing-2.key").exists());
        fs::write(at.join(missing), kept).unwrap();
        fs::set_permissions(at.join(missing), fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(fs::read(at.join("issuing-1.key")).unwrap(), key);
    RegistryAuthority::new(settings).unwrap();
}

#[tokio::test]
async fn many_who_ask_at_once_have_one_authority_made_and_no_worker_waits_for_it() {
    let folder = TempDir::new().unwrap();
    let authority = authority(folder.path());
    // On one thread: whoever computed there would hold up the other.
    let (mut idle, asked) =
        (0_u32, futures_util::future::join_all((0..8).map(|_| authority.open(now()))));
    let mut asked = std::pin::pin!(asked);
    loop {
        tokio::select! {
            biased;
            made = &mut asked => break made.into_iter().for_each(Result::unwrap),
            () = tokio::task::yield_now() => idle += 1,
        }
    }
    assert!(idle > 0, "{idle}");
    assert_eq!(authority.certificates(now()).unwrap().len(), 2);
}

#[test]
fn a_key_whose_making_was_interrupted_is_gone_on_with() {
    let folder = TempDir::new().unwrap();
    let settings = settings(folder.path());
    let at = settings.folder.clone();
    RegistryAuthority::new(settings.clone()).unwrap().certificates(now()).unwrap();
    let key = fs::read(at.join("issuing-1.key")).unwrap();
    fs::remove_file(at.join("issuing-1.cer")).unwrap();
    RegistryAuthority::new(settings).unwrap().certificates(now()).unwrap();
    assert_eq!(fs::read(at.join("issuing-1.key")).unwrap(), key);
    assert!(at.join("issuing-1.cer").exists());
}
