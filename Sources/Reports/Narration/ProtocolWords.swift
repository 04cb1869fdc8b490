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
            "No connection proves that the listener is a plain one. A device on the path that resets TLS would look the same."
        )
        advise(view, &words)
        return words
    }

    /// Words for `probe`.
    static func probe(_ view: Case) -> Words {
        let what = view.finding.server == nil ? "probed many hosts" : "probed \(view.server)"
        var words = Words(title: "\(view.client) \(what) without speaking Kafka")
        words.explanation.add(
            "On \(Format.count(view.finding.count, "connection")) it tried several protocols or ports, as security scanners and monitors"
                + " do. The errors that it got are not a fault of a client or a broker.")
        words.advice.add("Nothing to do if you know \(view.client). If not, find out who scans.")
        return words
    }

    /// Words for `protocol-violation`.
    static func violation(_ view: Case) -> Words {
        let answers = Format.count(view.finding.count, "response")
        let api = view.text(.apiName).map { " to \($0)" } ?? ""
        let (title, what) =
            switch view.finding.detail {
            case .malformedResponse:
                (
                    "\(view.serverShort) sent \(answers)\(api) that cannot be parsed",
                    "Their bytes contradict Kafka's schema for that API and version: lengths or counts point past the end of the message."
                )
            case .answersOutOfOrder:
                (
                    "\(view.serverShort) answered \(Format.count(view.finding.count, "request")) out of order",
                    "Kafka answers a connection's requests in order, but here responses came after that of a later request."
                )
            default:
                (
                    "\(view.serverShort) sent \(answers) to requests that were never sent",
                    "Their correlation ids belong to no request on that connection."
                )
            }
        var words = Words(title: title)
        let others =
            view.flag(.noneReadable) == true ? "no response on it could be read" : "its other responses are correct"
        words.explanation.add(what + " The connection was captured completely, and \(others).")
        words.explanation.add(
            "A client then drops the connection, or takes one response for another.")
        words.advice.add(
            "Find out what really answers at \(view.server): a proxy or gateway that rewrites messages, or another implementation"
                + " of Kafka's protocol.")
        words.advice.run(
            "See which versions it offers", view.kafka("kafka-broker-api-versions", at: view.finding.server))
        return words
    }

    private static func title(_ view: Case) -> String {
        switch view.finding.detail {
        case .tlsToPlaintext: "\(view.client) speaks TLS to \(view.serverShort), which is a plain listener"
        case .plaintextToTLS: "\(view.client) speaks plain Kafka to \(view.serverShort), which is a TLS listener"
        case .http: "HTTP is spoken on the Kafka connection to \(view.serverShort)"
        case .proxyProtocol: "\(view.serverShort) receives a PROXY header that it does not understand"
        default:
            if let foreign = view.text(.clientSpoke) {
                "\(view.client) speaks \(foreign) to \(view.serverShort), which is a Kafka listener"
            } else if let foreign = view.text(.serverSpoke) {
                "\(view.client) speaks Kafka to \(view.server), which speaks \(foreign)"
            } else {
                "\(view.client) and \(view.serverShort) speak different protocols"
            }
        }
    }

    private static func seen(_ view: Case) -> String {
        switch view.finding.detail {
        case .tlsToPlaintext:
            "\(view.client) began with a TLS hello, which \(view.server) read as a huge length. "
                + (view.finding.closedBy == .client
                    ? "It waited for the rest until the client gave up." : "It closed without a byte.")
        case .plaintextToTLS where view.finding.confidence < .certain:
            "\(view.client) began with a Kafka request, and \(view.server) closed without a byte. Other connections completed a TLS handshake there."
        case .plaintextToTLS:
            "\(view.client) began with a Kafka request, and \(view.server) answered with a TLS alert. A Kafka client reads that as a"
                + " length of about 352 million."
        case .http:
            "One side of the connection between \(view.client) and \(view.server) speaks HTTP. It is a web client, a health check or a web server."
        case .proxyProtocol:
            "The first bytes to \(view.server) are a PROXY protocol header. A load balancer adds it, and Kafka cannot read it."
        default:
            if let foreign = view.text(.serverSpoke) {
                "The first bytes that \(view.server) sent are \(foreign)'s, so it is another service."
            } else if let foreign = view.text(.clientSpoke) {
                "The first bytes that \(view.client) sent are \(foreign)'s, and a Kafka listener cannot read them."
            } else {
                "What \(view.client) and \(view.server) sent first is not Kafka on both sides."
            }
        }
    }

    private static func advise(_ view: Case, _ words: inout Words) {
        switch view.finding.detail {
        case .tlsToPlaintext:
            words.advice.add(
                "Use the TLS port of \(view.host), or set security.protocol=PLAINTEXT or SASL_PLAINTEXT on \(view.client)."
            )
            words.advice.run(
                "To confirm, see whether TLS fails there", "openssl s_client -connect \(view.endpoint) </dev/null")
        case .plaintextToTLS:
            words.advice.add(
                "Set security.protocol=SSL or SASL_SSL, with a truststore, on \(view.client), or use the plain port.")
            words.advice.run(
                "To confirm, see whether the listener shows a certificate",
                "openssl s_client -connect \(view.endpoint) </dev/null")
        case .http:
            words.advice.add(
                "Point the health check or scraper at the right port; for Kafka a plain TCP check is enough. If a Kafka client"
                    + " is at a web server, correct its bootstrap.servers.")
            words.advice.run("See what answers", "curl -v http://\(view.endpoint)/")
        case .proxyProtocol:
            words.advice.add(
                "Switch off the PROXY protocol for that target (AWS: proxy_protocol_v2.enabled=false; HAProxy: no send-proxy)."
            )
        default:
            words.advice.add(
                if: view.text(.serverSpoke) != nil,
                "Correct bootstrap.servers of \(view.client): a Kafka listener's port, mostly 9092.")
            words.advice.add(
                if: view.text(.clientSpoke) != nil,
                "On \(view.client), find the program that takes \(view.server) for another service, and correct its port."
            )
            words.advice.run("On that host, see what listens there", "ss -ltnp 'sport = :\(view.port)'")
        }
    }
}
