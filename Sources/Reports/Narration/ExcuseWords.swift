public import ReportModel

/// Why something is normal where it stands: `12 answers with NOT_LEADER_OR_FOLLOWER are normal here: a repeat of …`.
public enum ExcuseWords {
    /// A sentence for each row.
    public static func sentence(_ row: ExcuseCount) -> String {
        "\(what(row)) \(row.count == 1 ? "is" : "are") normal here: \(because(row.excuse))"
    }

    private static func what(_ row: ExcuseCount) -> String {
        if let error = row.error { return "\(Format.count(row.count, "answer")) with \(Trim.name(error))" }
        return switch row.kind {
        case .protocolMismatch, .disconnectBeforeResponse: Format.count(row.count, "connection")
        case .connectFailure: Format.count(row.count, "failed attempt")
        case .tlsFailure, .advertisedAddressMismatch: Format.count(row.count, "failed TLS handshake")
        case .authTerminated: Format.count(row.count, "end of a sign-in")
        case .responseOverdue: Format.count(row.count, "request without an answer")
        default: Format.count(row.count, row.kind.rawValue)
        }
    }

    /// The reason, with what it is bound to.
    public static func because(_ excuse: Excuse) -> String {
        switch excuse {
        case .healed:
            "the same client's request for the same topic, partition and group went well within ten seconds."
        case .nextStep: "the code asks the client for the next step of the protocol, and it did not go on."
        case .statesFact: "the code tells how things are, which is what this request asks for."
        case .versionFallback: "a newer client took the broker's older ApiVersions (KIP-511)."
        case .behindLeave: "the request was on its way behind the same member's leave."
        case .behindJoin: "the commit was under way while the same member joined its group anew."
        case .noTimeToHeal: "the capture ends within ten seconds, before the repeat could have gone well."
        case .followsLoss:
            "batches of the same client to the same partition were lost before, which another finding tells."
        case .behindRefused:
            "the batch was on its way behind another of that partition that was refused, and the producer sent both again."
        case .nameTaken: "another program has taken over the name, which identity-conflict tells."
        case .mayBeInHole: "packets of the same client are missing behind it, and the success may be among them."
        case .siblingWorks: "another address of the same name works for that client."
        case .notKafka: "nothing says that Kafka was meant by that address, port or name."
        case .signInWasDone: "both sides had exchanged all tokens of GSSAPI, which gives no other sign of its end."
        }
    }
}
