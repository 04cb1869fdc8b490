internal import ReportModel

/// Words for `protocol-mismatch`.
enum ProtocolWords {
    static func words(_ view: Case) -> Words {
        var words = Words(title: title(view))
        words.explanation.add(seen(view))
        words.explanation.add(view.text(.firstBytes)) { "First bytes: \($0)." }
        words.explanation.add(if: view.finding.count > 1, "Seen on \(Format.count(view.finding.count, "connection")).")
        words.explanation.add(
            if: view.finding.detail == .tlsToPlaintext && view.finding.confidence < .certain,
            "No connection shows that the listener is a plain one: a device on the way that resets TLS in the broker's name would look"
                + " the same.")
        advise(view, &words)
        return words
    }

    /// Words for `probe`.
    static func probe(_ view: Case) -> Words {
        let what = view.finding.server == nil ? "looks for servers on many hosts" : "looks at what \(view.server) is"
        var words = Words(title: "\(view.client) \(what), and speaks no Kafka there")
        words.explanation.add(
            "On \(Format.count(view.finding.count, "connection")) it tried several protocols or ports, as security scanners and monitors"
                + " do. What it met there is no fault of a client or a broker.")
        words.advice.add("Nothing to do, if \(view.client) is known to you; else find out who scans.")
        return words
    }

    /// Words for `protocol-violation`.
    static func violation(_ view: Case) -> Words {
        let answers = Format.count(view.finding.count, "answer")
        let api = view.text(.apiName).map { " to \($0)" } ?? ""
        let (title, what) =
            switch view.finding.detail {
            case .malformedResponse:
                (
                    "\(view.serverShort) sent \(answers)\(api) that nobody can read to the end",
                    "Their bytes contradict Kafka's schema for that API and version: lengths or counts that lead out of the message."
                )
            case .answersOutOfOrder:
                (
                    "\(view.serverShort) answered \(Format.count(view.finding.count, "request")) behind younger ones",
                    "Kafka answers the requests of a connection in their order; here answers came behind that of a younger request."
                )
            default:
                (
                    "\(view.serverShort) sent \(answers) to requests that nobody sent",
                    "Their correlation ids belong to no request on that connection."
                )
            }
        var words = Words(title: title)
        words.explanation.add(what + " The connection was seen whole, and its other answers are sound.")
        words.explanation.add(
            "A client that meets this drops the connection, or takes one answer for another's.")
        words.advice.add(
            "See what really answers at \(view.server): a proxy or gateway that rewrites messages, another implementation of"
                + " Kafka's protocol, or an interceptor; compare versions with kafka-broker-api-versions.sh --bootstrap-server"
                + " \(view.endpoint).")
        return words
    }

    private static func title(_ view: Case) -> String {
        switch view.finding.detail {
        case .tlsToPlaintext: "\(view.client) speaks TLS to \(view.serverShort), where a plain listener is"
        case .plaintextToTLS: "\(view.client) speaks plain Kafka to \(view.serverShort), where a TLS listener is"
        case .http: "HTTP is spoken on the Kafka connection to \(view.serverShort)"
        case .proxyProtocol: "\(view.serverShort) gets a PROXY header that it does not understand"
        default: "\(view.client) and \(view.serverShort) speak different protocols"
        }
    }

    private static func seen(_ view: Case) -> String {
        switch view.finding.detail {
        case .tlsToPlaintext:
            "\(view.client) began with a TLS hello; \(view.server) read it as a length far beyond its limit and closed without a byte."
        case .plaintextToTLS:
            "\(view.client) began with a Kafka request; \(view.server) answered with a TLS alert, whose bytes a Kafka client takes"
                + " for a length of about 352 million."
        case .http:
            "One side of the connection between \(view.client) and \(view.server) speaks HTTP: a web client, a health check or a web server."
        case .proxyProtocol:
            "The first bytes towards \(view.server) are a PROXY protocol header, which a load balancer adds and Kafka cannot read."
        default:
            "What \(view.client) and \(view.server) sent first is not Kafka on both sides"
                + (view.text(.sawInstead).map { " (seen: \($0))." } ?? ".")
        }
    }

    private static func advise(_ view: Case, _ words: inout Words) {
        switch view.finding.detail {
        case .tlsToPlaintext:
            words.advice.add(
                "Use the TLS port of \(view.host), or set security.protocol=PLAINTEXT (SASL_PLAINTEXT) on \(view.client)."
            )
            words.advice.add(
                "Which listener is it? openssl s_client -connect \(view.endpoint) </dev/null fails on a plain one.")
        case .plaintextToTLS:
            words.advice.add(
                "Set security.protocol=SSL (or SASL_SSL) with a truststore on \(view.client), or use the plain port.")
            words.advice.add("Confirm: openssl s_client -connect \(view.endpoint) </dev/null shows a certificate.")
        case .http:
            words.advice.add(
                "Point the health check or scraper at the right port (a plain TCP check does for Kafka), or the client's"
                    + " bootstrap.servers at a broker instead of a web server; see what answers: curl -v http://\(view.endpoint)/."
            )
        case .proxyProtocol:
            words.advice.add(
                "Switch the PROXY protocol off for that target (AWS: proxy_protocol_v2.enabled=false; HAProxy: no send-proxy)."
            )
        default:
            words.advice.add("Check what listens there: nc \(view.host) \(view.port), and ss -ltnp on that host.")
        }
    }
}
