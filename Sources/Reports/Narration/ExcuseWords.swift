public import ReportModel

/// Why something is normal where it stands: `12 answers with NOT_LEADER_OR_FOLLOWER are normal here: a repeat of …`.
public enum ExcuseWords {
    /// A sentence for each row.
    public static func sentence(_ row: ExcuseCount) -> String {
        "\(what(row)) \(row.count == 1 ? "is" : "are") normal here: \(because(row.excuse))"
    }

    private static func what(_ row: ExcuseCount) -> String {
        if let error = row.error { return "\(Format.count(row.count, "response")) with \(Trim.name(error))" }
        return switch row.kind {
        case .protocolMismatch, .disconnectBeforeResponse: Format.count(row.count, "connection")
        case .connectFailure: Format.count(row.count, "failed attempt")
        case .tlsFailure, .advertisedAddressMismatch: Format.count(row.count, "failed TLS handshake")
        case .authTerminated: Format.count(row.count, "closed sign-in")
        case .responseOverdue: Format.count(row.count, "request") + " without a response"
        default: Format.count(row.count, row.kind.rawValue)
        }
    }

    /// The reason, with what it is bound to.
    public static func because(_ excuse: Excuse) -> String {
        switch excuse {
        case .healed:
            "the client's retry succeeded within ten seconds."
        case .nextStep: "the code asks the client for the next step, and the error did not persist."
        case .statesFact: "the code states a fact that the request asks for."
        case .versionFallback: "a newer client fell back to the broker's older ApiVersions (KIP-511)."
        case .behindLeave: "the request was in flight when the same member left its group."
        case .behindJoin: "the commit was in flight while the same member rejoined its group."
        case .noTimeToHeal: "the capture ends within ten seconds, before a retry could succeed."
        case .followsLoss:
            "batches from the same client to the same partition were lost before, as another finding says."
        case .behindRefused:
            "the batch was in flight behind one that was refused, and the producer sent both again."
        case .notAttempted: "the same response refused another item of the request, so this one was not tried."
        case .memberWasOut: "the member joined again, and another finding tells why it was out of its group."
        case .nameTaken: "another program has taken over the name, as another finding says."
        case .mayBeInHole: "later packets of the same client are missing, and the success may be among them."
        case .siblingWorks: "another address of the same name works for the client."
        case .notKafka: "nothing shows that the address, port or name was meant for Kafka."
        case .signInWasDone: "both sides had exchanged all GSSAPI tokens, and GSSAPI shows no other end."
        }
    }
}
