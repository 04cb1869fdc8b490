internal import ReportModel

/// Words for `auth-terminated`.
enum SignInWords {
    static func words(_ view: Case) -> Words {
        var words = Words(title: title(view))
        words.explanation.add(
            "\(view.client) tried to sign in at \(view.server) \(times(view))\(mechanism(view)).")
        words.explanation.add(view.text(.brokerMessage)) { "The broker answered: \"\($0)\"." }
        words.explanation.add(view.finding.error) { "Error code: \(Trim.name($0))." }
        kerberos(view, &words)
        cause(view, &words)
        words.explanation.add(view.number(.attemptsPerMinute)) {
            "It tries again about \(Format.count($0)) times a minute."
        }
        return words
    }

    private static func times(_ view: Case) -> String {
        let count = view.number(.attempts) ?? view.finding.count
        return count == 1 ? "once" : "\(Format.count(count)) times"
    }

    private static func mechanism(_ view: Case) -> String { view.text(.mechanism).map { " with \($0)" } ?? "" }

    private static func title(_ view: Case) -> String {
        let (client, server) = (view.client, view.serverShort)
        return switch view.finding.cause {
        case .refused: "\(server) refused the sign-in of \(client)\(mechanism(view))"
        case .unsupportedMechanism: "\(server) does not offer the sign-in mechanism that \(client) asks for"
        case .clientWithoutSasl: "\(client) sends requests to \(server) without signing in first"
        case .listenerWithoutSasl: "\(client) wants to sign in where \(server) has no sign-in"
        case .closedMidway: "\(server) closed in the middle of the sign-in of \(client)"
        case .clientGaveUp: "\(client) gave up in the middle of signing in at \(server)"
        case .requestTimeout: "\(server) did not answer the sign-in of \(client), which gave up"
        case .reauthentication: "\(client) was refused when it renewed its sign-in at \(server)"
        default: "the sign-in of \(client) at \(server) did not end well"
        }
    }

    private static func cause(_ view: Case, _ words: inout Words) {
        switch view.finding.cause {
        case .refused: refused(view, &words)
        case .unsupportedMechanism: unsupported(view, &words)
        case .clientWithoutSasl:
            words.explanation.add(
                "The version exchange was answered, the first real request met a close: that is how a listener behaves which"
                    + " wants a sign-in first.")
            words.advice.add(
                "Set security.protocol=SASL_PLAINTEXT or SASL_SSL, sasl.mechanism and credentials on the client; or use a"
                    + " listener of \(view.host) without SASL.")
            words.advice.add("On the broker: grep -E 'listener.security.protocol.map|^listeners' server.properties.")
        case .listenerWithoutSasl:
            words.explanation.add("The broker said that no sign-in is possible here and left the connection open.")
            words.advice.add(
                "Either the port is wrong (which one has SASL? see advertised.listeners and listener.security.protocol.map), or"
                    + " the client should use security.protocol=PLAINTEXT or SSL for \(view.endpoint).")
        case .closedMidway: midway(view, &words)
        case .clientGaveUp:
            words.explanation.add(
                "The next step was the client's\(stage(view)), and it closed instead: it lacks what the mechanism needs"
                    + " (a ticket, a token, a password), or it did not trust the broker's answer.")
            words.advice.add(
                "Read the client's own log at \(view.clock(view.finding.first)). Kerberos: klist, and kinit -kt KEYTAB PRINCIPAL;"
                    + " OAuth: fetch a token by hand and look at its expiry.")
        case .requestTimeout:
            words.explanation.add(
                "The next step was the broker's\(stage(view)), and none came: what it asks for the answer (LDAP, a token's keys, a"
                    + " callback) most likely hangs, or its threads do.")
            words.advice.add(
                "On \(view.server), look at what checks credentials at \(view.clock(view.finding.first)): the directory or the JWKS"
                    + " endpoint that it reaches, and jstack of the broker for network threads that wait there.")
        case .reauthentication: reauthentication(view, &words)
        default:
            words.explanation.add("The capture does not tell which step failed\(stage(view)).")
            words.advice.add(
                "Look for 'Failed authentication' in the log of \(view.server) at \(view.clock(view.finding.first)).")
        }
    }

    /// What the KDC said, which goes before what the broker saw.
    private static func kerberos(_ view: Case, _ words: inout Words) {
        guard let code = view.list(.kdcError).first else { return }
        let service =
            (view.text(.kdcService).map { " about \($0)" } ?? "")
            + (view.text(.kdcRealm).map { " in realm \($0)" } ?? "")
        words.explanation.add("The KDC \(view.text(.kdc) ?? "") answered the client \(code)\(service).")
        switch code {
        case "KDC_ERR_S_PRINCIPAL_UNKNOWN":
            words.advice.add(
                "The KDC knows no such service: compare sasl.kerberos.service.name of the client, and the broker's name as the client"
                    + " resolves it, with the principal in the broker's keytab (klist -kt KEYTAB).")
        case "KDC_ERR_C_PRINCIPAL_UNKNOWN", "KDC_ERR_PREAUTH_FAILED", "KDC_ERR_CLIENT_REVOKED", "KDC_ERR_KEY_EXPIRED":
            words.advice.add(
                "It is the client's own principal or key: kinit -kt KEYTAB PRINCIPAL on its host says the same.")
        case "KRB_AP_ERR_SKEW": words.advice.add("The clocks of client and KDC differ by minutes: check NTP on both.")
        case "KDC_ERR_ETYPE_NOSUPP":
            words.advice.add("No encryption type in common: compare permitted_enctypes with the keys of the principal.")
        default: break
        }
    }

    private static func stage(_ view: Case) -> String { view.text(.stage).map { " (stage: \($0))" } ?? "" }

    private static func refused(_ view: Case, _ words: inout Words) {
        words.explanation.add(view.text(.principal)) { "The name it gave is \"\($0)\"." }
        words.explanation.add(
            if: view.finding.requests.isEmpty && view.finding.error == nil,
            "The exchange was complete and the broker's only reply was to close, which in this form of sign-in is its no."
        )
        words.explanation.add(view.text(.tokenExpires)) { "The token expires at \($0)." }
        let user = view.list(.principal).first.map(Trim.shell) ?? "USER"
        if view.list(.mechanism).first?.hasPrefix("SCRAM") == true {
            words.advice.add(
                "Does the user exist for this mechanism? kafka-configs.sh --bootstrap-server \(view.workingBootstrap)"
                    + " --describe --entity-type users --entity-name \(user).")
        } else if view.list(.mechanism).first == "OAUTHBEARER" {
            words.advice.add(
                "Check the token's issuer, audience, scope and expiry against the listener's settings (sasl.oauthbearer.*), and both"
                    + " clocks.")
            words.advice.add(view.text(.brokerMessage).flatMap(tokenStatus))
            return
        }
        words.advice.add(
            "Compare username and password in the client's sasl.jaas.config (sasl.username) with those of listener"
                + " \(view.endpoint); a repeated try with the same ones cannot succeed.")
    }

    /// What the broker's JSON answer to a token says (RFC 7628, 3.2.2).
    private static func tokenStatus(_ message: String) -> String? {
        if message.contains("insufficient_scope") {
            return
                "The token was read, and lacks a scope that the listener asks for: ask its issuer for that scope, or correct"
                + " the listener's scope setting."
        }
        if message.contains("invalid_token") {
            return
                "The token itself was turned away: expired, signed by a key that the listener does not know, or of another"
                + " issuer or audience."
        }
        return nil
    }

    private static func unsupported(_ view: Case, _ words: inout Words) {
        words.explanation.add(view.text(.mechanismsOffered)) { "The listener offers \($0)." }
        let offered = view.list(.mechanismsOffered).first.map(Trim.shell) ?? "one that the listener offers"
        words.advice.add(
            "Set sasl.mechanism=\(offered) on \(view.client), or add \(view.list(.mechanism).first.map(Trim.shell) ?? "the client's")"
                + " to sasl.enabled.mechanisms of that listener (settings are per listener).")
    }

    private static func midway(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "The broker closed before the exchange was complete\(stage(view)) and gave no error: not a wrong password, which"
                + " would be answered.")
        words.advice.add(
            "See the log of \(view.server) at \(view.clock(view.finding.first)): login module, Kerberos keytab and clock, limits"
                + " on connections, or an exception of the callback that checks credentials.")
    }

    private static func reauthentication(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "The connection had worked; when its session was to be renewed, the broker said no: the identity has changed, or the"
                + " credentials are no longer valid.")
        words.advice.add(
            "Keep principal and mechanism the same over a connection's life (rotating role sessions change the name); check when"
                + " the credentials expire.")
    }
}
