/// Requests that a leader answers when other brokers have stored what they bring: with one of these gone, or slow, it answers late
/// without a fault of its own.
public enum StoredEverywhere {
    /// Commits, and what moves a transaction on (replicated to all in sync, whatever the client's acks).
    public static let apis: Set<String> = [
        "OffsetCommit", "InitProducerId", "AddPartitionsToTxn", "AddOffsetsToTxn", "EndTxn", "TxnOffsetCommit",
    ]
}

extension Finding {
    /// APIs of the requests that were lost or late.
    public var apis: Set<String> {
        if !requests.isEmpty { return Set(requests.map(\.api)) }
        if !ownApis.isEmpty { return ownApis }
        return Set(lateApis)
    }

    /// The APIs of late answers, or of answers with an error.
    public var lateApis: [String] {
        guard case .text(let names)? = self[.apiName] else { return [] }
        return names.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    /// Something of it waits for no other broker.
    public var waitsForNobodyElse: Bool { !apis.subtracting(StoredEverywhere.apis).subtracting(["Produce"]).isEmpty }
}
