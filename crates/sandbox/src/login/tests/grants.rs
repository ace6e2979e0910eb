//! Tokens without a new sign-in: sessions, refreshing, applications, devices, the end of a token.

use super::*;

#[tokio::test]
async fn a_session_skips_the_pages_until_something_new_is_asked_for() {
    let fixture = Fixture::start().await;
    let parameters = Fixture::authorize_parameters("User.Read");
    let page = fixture.authorize(&parameters).await.text().await.unwrap();
    let response = fixture
        .post_page(&page, "/account", &[("account", "id-adele")])
        .await;
    let cookie = response.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = response.text().await.unwrap();
    fixture
        .post_page(&page, "/consent", &[("decision", "accept")])
        .await;

    let address = format!("{}/login/{TENANT}/oauth2/v2.0/authorize", fixture.base);
    let with_cookie = |parameters: HashMap<&'static str, String>| {
        fixture
            .http
            .get(&address)
            .query(&parameters)
            .header("cookie", &cookie)
            .send()
    };
    let answer = answer_of(&with_cookie(parameters.clone()).await.unwrap());
    assert!(answer.contains_key("code"));

    let mut silent = Fixture::authorize_parameters("User.Read User.Invite.All");
    silent.insert("prompt", "none".to_owned());
    let answer = answer_of(&with_cookie(silent).await.unwrap());
    assert_eq!(answer["error"], "interaction_required");
    let more = Fixture::authorize_parameters("User.Read User.Invite.All");
    let page = with_cookie(more).await.unwrap().text().await.unwrap();
    assert!(
        page.contains("<code>User.Invite.All</code> <strong>new</strong>"),
        "{page}"
    );

    let mut choose = parameters.clone();
    choose.insert("prompt", "select_account".to_owned());
    let page = with_cookie(choose).await.unwrap().text().await.unwrap();
    assert!(page.contains("Choose an administrator"));

    let out = format!("{}/login/{TENANT}/oauth2/v2.0/logout", fixture.base);
    fixture
        .http
        .get(out)
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(with_cookie(parameters).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_rotates_and_never_gives_more_than_was_consented_to() {
    let fixture = Fixture::start().await;
    let code = fixture.code("openid offline_access User.Read.All").await;
    let (_, body) = fixture.redeem(&code).await;
    let first = body["refresh_token"].as_str().unwrap().to_owned();
    let refresh = |token: String, scope: &'static str| {
        let fixture = &fixture;
        async move {
            let fields = [
                ("grant_type", "refresh_token"),
                ("client_id", CLIENT),
                ("refresh_token", token.as_str()),
                ("scope", scope),
            ];
            fixture.token(&fields).await
        }
    };
    let (status, body) = refresh(first.clone(), "User.Read.All").await;
    assert_eq!(status, StatusCode::OK);
    let second = body["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert!(claims_of(&body["id_token"]).get("nonce").is_none());

    let (status, body) = refresh(second.clone(), "User.ReadWrite.All").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error_codes"][0], 65_001);
    assert_eq!(body["suberror"], "consent_required");

    // A new round of authorize consents; the older refresh token then reaches it too.
    fixture.code("User.ReadWrite.All").await;
    let (_, body) = refresh(second.clone(), "User.ReadWrite.All").await;
    assert!(
        fixture
            .login
            .verify(body["access_token"].as_str().unwrap())
            .unwrap()
            .may("User.ReadWrite.All")
    );

    fixture.login.set_faults(LoginFaults {
        refreshes_needing_interaction: 1,
        unavailable_token_requests: 0,
    });
    let (_, body) = refresh(second.clone(), "User.Read.All").await;
    assert_eq!(
        (&body["error_codes"][0], &body["suberror"]),
        (&Value::from(50_076), &Value::from("basic_action"))
    );
    assert!(
        serde_json::from_str::<Value>(body["claims"].as_str().unwrap())
            .unwrap()
            .is_object()
    );
    assert_eq!(refresh(second.clone(), "User.Read.All").await.0, StatusCode::OK);

    fixture.advance(90 * 86_400 + 1);
    assert_eq!(refresh(second, "User.Read.All").await.1["error_codes"][0], 70_008);
}

#[tokio::test]
async fn an_application_signs_in_with_its_secret_and_nothing_else() {
    let fixture = Fixture::start().await;
    let ask = |secret: &'static str, scope: &'static str| {
        let fixture = &fixture;
        async move {
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", APP),
                ("client_secret", secret),
                ("scope", scope),
            ];
            fixture.token(&fields).await
        }
    };
    let (status, body) = ask("s3cr+t value", "https://graph.microsoft.com/.default").await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.get("refresh_token").is_none());
    let principal = fixture
        .login
        .verify(body["access_token"].as_str().unwrap())
        .unwrap();
    assert_eq!(principal.kind, PrincipalKind::App);
    assert!(principal.may("User.Read.All") && principal.scopes.is_empty() && principal.upn.is_none());

    let (status, body) = ask("wrong", "https://graph.microsoft.com/.default").await;
    assert_eq!(
        (status, &body["error_codes"][0]),
        (StatusCode::UNAUTHORIZED, &Value::from(7_000_215))
    );
    let (_, body) = ask("s3cr+t value", "https://graph.microsoft.com/User.Read.All").await;
    assert_eq!(body["error_codes"][0], 1_002_012);
    let (_, body) = fixture
        .token(&[
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("scope", ".default"),
        ])
        .await;
    assert_eq!(body["error_codes"][0], 7_000_218);
    let (_, body) = fixture.token(&[("grant_type", "password")]).await;
    assert_eq!(body["error"], "unsupported_grant_type");

    let basic = fixture
        .http
        .post(format!("{}/{TENANT}/oauth2/v2.0/token", fixture.base))
        .basic_auth(APP, Some("s3cr%2Bt+value"))
        .form(&[
            ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"),
        ])
        .send()
        .await
        .unwrap();
    assert_eq!(basic.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_token_ends_by_the_sandbox_clock_and_may_be_challenged_before() {
    let fixture = Fixture::start().await;
    let code = fixture.code("User.Read").await;
    let (_, body) = fixture.redeem(&code).await;
    let token = body["access_token"].as_str().unwrap();

    fixture.advance(10);
    fixture.login.revoke_issued_tokens();
    let Err(Rejection::Challenged { claims }) = fixture.login.verify(token) else {
        panic!("an older token is challenged");
    };
    let claims = base64::engine::general_purpose::STANDARD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["access_token"]["nbf"]["value"], "1790000010");

    let code = fixture.code("User.Read").await;
    let (_, body) = fixture.redeem(&code).await;
    let token = body["access_token"].as_str().unwrap().to_owned();
    assert!(fixture.login.verify(&token).is_ok());
    fixture.advance(ACCESS_TOKEN_LIFETIME_SECONDS - 1);
    assert!(fixture.login.verify(&token).is_ok());
    fixture.advance(1);
    assert_eq!(fixture.login.verify(&token), Err(Rejection::Expired));
    assert_eq!(fixture.login.verify(""), Err(Rejection::Missing));
    let stranger = Fixture::start().await;
    assert_eq!(stranger.login.verify(&token), Err(Rejection::Invalid));
    let mut parts: Vec<&str> = token.split('.').collect();
    let forged = URL_SAFE_NO_PAD.encode(r#"{"aud":"00000003-0000-0000-c000-000000000000"}"#);
    parts[1] = &forged;
    assert_eq!(fixture.login.verify(&parts.join(".")), Err(Rejection::Invalid));
}

#[tokio::test]
async fn a_device_signs_in_through_its_own_page() {
    let fixture = Fixture::start().await;
    let address = format!("{}/login/{TENANT}/oauth2/v2.0/devicecode", fixture.base);
    let fields = [("client_id", CLIENT), ("scope", "User.Read offline_access")];
    let started: Value = fixture
        .http
        .post(address)
        .form(&fields)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let poll = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", CLIENT),
        ("device_code", started["device_code"].as_str().unwrap()),
    ];
    assert_eq!(fixture.token(&poll).await.1["error"], "authorization_pending");
    let page = started["verification_uri"].as_str().unwrap();
    let answer = [
        ("user_code", started["user_code"].as_str().unwrap()),
        ("account", "id-adele"),
        ("decision", "accept"),
    ];
    let response = fixture.http.post(page).form(&answer).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let (status, body) = fixture.token(&poll).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        fixture
            .login
            .verify(body["access_token"].as_str().unwrap())
            .is_ok()
    );
    assert_eq!(fixture.token(&poll).await.1["error"], "bad_verification_code");
    let response = fixture
        .http
        .post(page)
        .form(&[("user_code", "WRONG")])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}
