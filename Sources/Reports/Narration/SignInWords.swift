internal import ReportModel
internal import Vocabulary

/// Words for `auth-terminated`.
enum SignInWords {
    static func words(_ view: Case) -> Words {
        var words = Words(title: title(view))
        words.explanation.add(
            "\(view.client) tried to sign in at \(view.server) \(times(view))\(mechanism(view)).")
        words.explanation.add(view.text(.brokerMessage)) { "The broker answered \"\($0)\"." }
        words.explanation.add(view.finding.error) { "The error code was \(Trim.name($0))." }
        kerberos(view, &words)
        cause(view, &words)
        words.explanation.add(view.number(.attemptsPerMinute)) {
            "It retries about \(Format.count($0, "time")) a minute."
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
        case .refused:
            "\(server) refused the sign-in of \(client)\(mechanism(view))"
                + (view.finding[.acceptedAfterMs] == nil ? "" : ", and accepted the same before and afterwards")
        case .unsupportedMechanism: "\(server) does not offer the SASL mechanism that \(client) asks for"
        case .clientWithoutSasl: "\(client) sends requests to \(server) without signing in first"
        case .listenerWithoutSasl: "\(client) tries to sign in at \(server), which has no sign-in"
        case .closedMidway: "\(server) closed the connection while \(client) was signing in"
        case .clientGaveUp: "\(client) gave up while signing in at \(server)"
        case .requestTimeout: "\(server) did not answer the sign-in of \(client), which gave up"
        case .reauthentication: "\(client) was refused when it renewed its sign-in at \(server)"
        default: "the sign-in of \(client) at \(server) failed"
        }
    }

    private static func cause(_ view: Case, _ words: inout Words) {
        switch view.finding.cause {
        case .refused: refused(view, &words)
        case .unsupportedMechanism: unsupported(view, &words)
        case .clientWithoutSasl:
            words.explanation.add(
                "The broker answered the version request and closed on the first real request. A listener does that when it requires"
                    + " a sign-in first.")
            words.advice.add(
                "Set security.protocol=SASL_PLAINTEXT or SASL_SSL, sasl.mechanism and credentials on the client. Or use a listener"
                    + " of \(view.host) without SASL.")
            words.advice.run(
                "On the broker, see which listeners want a sign-in",
                "grep -E 'listener.security.protocol.map|^listeners' server.properties")
        case .listenerWithoutSasl:
            words.explanation.add(
                "The broker answered that this listener has no sign-in, and left the connection open.")
            words.advice.add(
                "If the port is wrong, find the SASL port in listeners and listener.security.protocol.map of the broker."
            )
            words.advice.add(
                "If the port is right, set security.protocol=PLAINTEXT or SSL on the client for \(view.endpoint).")
        case .closedMidway: midway(view, &words)
        case .clientGaveUp:
            words.explanation.add(
                "The next step was the client's\(stage(view)), and it closed instead. It lacks a ticket, token or password, or it did"
                    + " not trust the broker's response.")
            words.advice.add("Read the client's own log at \(view.clock(view.finding.first)).")
            words.advice.add(
                "With Kerberos, try klist and kinit on its host. With OAuth, fetch a token by hand and check its expiry."
            )
        case .requestTimeout:
            words.explanation.add(
                "The next step was the broker's\(stage(view)), and it never came. Its credential backend (LDAP, token keys, a callback)"
                    + " most likely hangs, or its threads do.")
            words.advice.add(
                "On \(view.server), look at the backend that checks credentials at \(view.clock(view.finding.first)): the directory or"
                    + " JWKS endpoint.")
            words.advice.add("A thread dump of the broker (jstack) shows network threads that wait for it.")
        case .reauthentication: reauthentication(view, &words)
        default:
            words.explanation.add("The capture does not show which step failed\(stage(view)).")
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
        words.explanation.add(
            "The KDC\(view.text(.kdc).map { " \($0)" } ?? "") answered the client with \(code)\(service).")
        switch code {
        case "KDC_ERR_S_PRINCIPAL_UNKNOWN":
            words.advice.add(
                "The KDC does not know that service. Compare sasl.kerberos.service.name of the client, and the broker's name as it"
                    + " resolves it, with the broker's principal.")
            words.advice.run("On the broker, see its principal", "klist -kt KEYTAB")
        case "KDC_ERR_C_PRINCIPAL_UNKNOWN", "KDC_ERR_PREAUTH_FAILED", "KDC_ERR_CLIENT_REVOKED", "KDC_ERR_KEY_EXPIRED":
            words.advice.run(
                "The client's own principal or key is at fault; try it on its host", "kinit -kt KEYTAB PRINCIPAL")
        case "KRB_AP_ERR_SKEW":
            words.advice.add("The clocks of client and KDC differ by minutes, so check NTP on both.")
        case "KDC_ERR_ETYPE_NOSUPP":
            words.advice.add("They share no encryption type. Compare permitted_enctypes with the principal's keys.")
        default: break
        }
    }

    private static func stage(_ view: Case) -> String { view.text(.stage).map { " (stage: \($0))" } ?? "" }

    private static func refused(_ view: Case, _ words: inout Words) {
        words.explanation.add(view.text(.principal)) { "It gave the user name \"\($0)\"." }
        words.explanation.add(
            if: view.finding.requests.isEmpty && view.finding.error == nil,
            "The exchange was complete, and the broker closed. In this old form of sign-in, that is how it refuses."
        )
        words.explanation.add(view.text(.tokenExpires)) { "The token expires at \($0)." }
        if let before = view.duration(.acceptedBeforeMs), let after = view.duration(.acceptedAfterMs) {
            return passing(view, before, after, &words)
        }
        if let since = view.time(.acceptedSince) { return until(view, since, &words) }
        let user = view.list(.principal).first.map(Trim.shell) ?? "USER"
        if view.list(.mechanism).first?.hasPrefix("SCRAM") == true {
            words.advice.run(
                "See whether the user exists for this mechanism",
                view.kafka("kafka-configs", "--describe --entity-type users --entity-name \(user)"))
        } else if view.list(.mechanism).first == "OAUTHBEARER" {
            words.advice.add(
                "Compare the token's issuer, audience, scope and expiry with the listener's sasl.oauthbearer settings, and check both"
                    + " clocks.")
            words.advice.add(view.text(.brokerMessage).flatMap(tokenStatus))
            return
        }
        words.advice.add(
            "Compare user name and password in the client's sasl.jaas.config (sasl.username) with those of listener"
                + " \(view.endpoint). Retries with the same ones cannot succeed.")
    }

    /// Accepted before and after: the credentials are most likely right.
    private static func passing(_ view: Case, _ before: String, _ after: String, _ words: inout Words) {
        words.explanation.add(
            "The same client and user were accepted there \(before) before\(view.finding.count > 1 ? " the first refusal" : ""), and again"
                + " \(after) after it.")
        words.explanation.add(
            "So the credentials are most likely right, and what checks them failed for a moment: a directory, token keys or a SCRAM record."
        )
        words.advice.add(
            "Look at what \(view.server) asks about credentials at \(view.clock(view.finding.first)): LDAP, a JWKS endpoint, a login callback."
        )
        words.advice.add(
            "Most clients give up on this error, so see whether the program went on or has to be restarted.")
    }

    /// Accepted in the end: something was put right.
    private static func until(_ view: Case, _ since: CaptureTime, _ words: inout Words) {
        words.explanation.add("From \(view.clock(since)) on the same client and user were accepted there.")
        words.advice.add(
            "See what was put right at \(view.clock(since)): the user's entry reached \(view.serverShort) late, or the client got"
                + " other credentials.")
        words.advice.add(
            "Most clients give up on this error, so see whether other programs have to be restarted.")
    }

    /// What the broker's JSON answer to a token says (RFC 7628, 3.2.2).
    private static func tokenStatus(_ message: String) -> String? {
        if message.contains("insufficient_scope") {
            return
                "The token lacks a scope that the listener requires. Ask its issuer for that scope, or correct the listener's scope"
                + " setting."
        }
        if message.contains("invalid_token") {
            return
                "The broker rejected the token: it has expired, is signed with an unknown key, or has another issuer or audience."
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
            "The broker closed before the exchange was complete\(stage(view)) and gave no error. It is not a wrong password, which"
                + " would get a response.")
        words.advice.add(
            "Read the log of \(view.server) at \(view.clock(view.finding.first)): login module, Kerberos keytab and clock,"
                + " connection limits, or an exception in a callback.")
    }

    private static func reauthentication(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "The connection had worked. When the client renewed its session, the broker refused: the identity changed, or the"
                + " credentials are no longer valid.")
        words.advice.add(
            "Keep principal and mechanism the same during a connection's life; rotating role sessions change the name. Check when the"
                + " credentials expire.")
    }
}
