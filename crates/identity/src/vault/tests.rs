use std::{fs, sync::Arc};

use usher_testkit::FakeClock;
use uuid::Uuid;

use super::*;
use crate::{CloudKind, SecretKey, SignInMethod, TenantId};

fn clock() -> SharedClock {
    Arc::new(FakeClock::at("2026-11-23T08:00:00Z".parse().unwrap()))
}

fn keys(digit: &str) -> KeySource {
    KeySource::Master(SecretKey::from_hex(&digit.repeat(64)).unwrap())
}

fn account(name: &str, object_id: u128) -> Account {
    Account {
        id: AccountId {
            cloud: CloudKind::Commercial,
            tenant: TenantId::parse("11111111-1111-4111-8111-111111111111").unwrap(),
            object_id: Uuid::from_u128(object_id),
        },
        user_principal_name: format!("{name}@contoso.com"),
        display_name: None,
        method: SignInMethod::Browser,
    }
}

fn token(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

async fn open(path: &Path, digit: &str) -> OpenedVault {
    Vault::open(path, &keys(digit), clock()).await.unwrap()
}

/// A vault file with one account in it.
async fn filled(path: &Path) -> Account {
    let adele = account("adele.vance", 1);
    open(path, "a")
        .await
        .vault
        .remember(adele.clone(), Some(token("refresh-secret")))
        .await
        .unwrap();

    adele
}

#[tokio::test]
async fn what_is_remembered_is_there_after_a_restart_and_gone_after_sign_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new folder").join("vault");
    let adele = filled(&path).await;
    let megan = account("megan.bowen", 2);

    let vault = open(&path, "a").await.vault;
    vault.remember(megan.clone(), Some(token("other"))).await.unwrap();
    vault
        .remember(adele.clone(), Some(token("rotated")))
        .await
        .unwrap();

    let vault = open(&path, "a").await.vault;
    assert_eq!(
        vault.accounts(),
        [adele.clone(), megan.clone()],
        "the last to sign in comes first"
    );
    assert_eq!(
        vault.refresh_token(&adele.id).await.unwrap(),
        Some(token("rotated"))
    );

    vault.forget(&adele.id).await.unwrap();
    let vault = open(&path, "a").await.vault;
    assert_eq!(vault.accounts(), [megan]);
    assert_eq!(vault.refresh_token(&adele.id).await.unwrap(), None);
}

#[tokio::test]
async fn two_programs_see_each_others_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let adele = filled(&path).await;
    let (window, terminal) = (open(&path, "a").await.vault, open(&path, "a").await.vault);

    window
        .remember(adele.clone(), Some(token("rotated by the window")))
        .await
        .unwrap();
    terminal
        .remember(account("megan.bowen", 2), Some(token("m")))
        .await
        .unwrap();

    assert_eq!(
        terminal.refresh_token(&adele.id).await.unwrap(),
        Some(token("rotated by the window"))
    );
    assert_eq!(open(&path, "a").await.vault.accounts().len(), 2);
}

#[tokio::test]
async fn the_file_shows_no_name_and_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    filled(&path).await;

    let bytes = fs::read(&path).unwrap();
    for secret in ["adele", "contoso", "refresh"] {
        assert!(
            !bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "{secret}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private").join("vault");
    filled(&path).await;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let left: Vec<_> = fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(
        left.len(),
        2,
        "the vault and its lock, no temporary file: {left:?}"
    );
}

type Spoil = fn(&mut Vec<u8>);

#[tokio::test]
async fn a_file_that_cannot_be_read_is_set_aside_byte_for_byte() {
    let damaged: [(&str, VaultDamage, Spoil); 5] = [
        ("a", VaultDamage::Corrupted, |bytes| {
            *bytes.last_mut().unwrap() ^= 1;
        }),
        ("a", VaultDamage::Corrupted, |bytes| bytes[0] ^= 1),
        ("a", VaultDamage::Truncated, |bytes| {
            bytes.truncate(bytes.len() - 3);
        }),
        ("a", VaultDamage::Truncated, |bytes| bytes.truncate(4)),
        ("b", VaultDamage::WrongKey, |_| ()),
    ];
    for (key, damage, spoil) in damaged {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        filled(&path).await;
        let mut bytes = fs::read(&path).unwrap();
        spoil(&mut bytes);
        fs::write(&path, &bytes).unwrap();

        let opened = open(&path, key).await;

        let aside = opened.set_aside.unwrap();
        assert_eq!(aside.damage, damage);
        assert_eq!(aside.path, folder.path().join("vault.set-aside-20261123T080000Z"));
        assert_eq!(fs::read(&aside.path).unwrap(), bytes, "nothing of it is lost");
        assert_eq!(opened.vault.accounts(), []);

        opened
            .vault
            .remember(account("megan.bowen", 2), None)
            .await
            .unwrap();
        assert_eq!(
            open(&path, key).await.vault.accounts().len(),
            1,
            "a new vault was started"
        );
    }
}

#[tokio::test]
async fn a_second_damaged_file_does_not_cover_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");

    let mut places = Vec::new();
    for garbage in ["first garbage", "second garbage"] {
        fs::write(&path, garbage).unwrap();
        places.push(open(&path, "a").await.set_aside.unwrap().path);
    }

    assert_eq!(fs::read_to_string(&places[0]).unwrap(), "first garbage");
    assert_eq!(fs::read_to_string(&places[1]).unwrap(), "second garbage");
}

#[tokio::test]
async fn a_newer_vault_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    filled(&path).await;
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] = 2;
    fs::write(&path, &bytes).unwrap();

    let error = Vault::open(&path, &keys("a"), clock()).await.unwrap_err();

    assert!(matches!(error, VaultError::TooNew));
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn when_the_file_cannot_be_written_the_session_still_knows_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let vault = open(&path, "a").await.vault;
    // A folder where the file should be: it can be neither read nor replaced, whoever runs the test.
    fs::create_dir(&path).unwrap();

    let adele = account("adele.vance", 1);
    let outcome = vault.remember(adele.clone(), Some(token("t"))).await;

    assert!(matches!(outcome, Err(VaultError::Io(_))), "{outcome:?}");
    assert_eq!(vault.accounts(), [adele]);
}

#[tokio::test]
async fn without_a_keychain_nothing_is_written() {
    let vault = Vault::session_only();
    let adele = account("adele.vance", 1);

    vault.remember(adele.clone(), Some(token("t"))).await.unwrap();

    assert!(!vault.is_lasting());
    assert_eq!(vault.refresh_token(&adele.id).await.unwrap(), Some(token("t")));
}
