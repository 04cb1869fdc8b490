/// Each captured byte of a stream is counted once: as understood, encrypted, of another protocol, or of none that is known.
extension ConversationEngine {
    func count(understood n: Int, _ connection: Connection) {
        connection.pointee.kafka.understoodBytes += Int64(n)
        file.totals.understoodBytes += Int64(n)
    }

    func count(unknown n: Int, _ connection: Connection) {
        connection.pointee.kafka.unknownBytes += Int64(n)
        file.totals.unknownBytes += Int64(n)
    }

    /// - Parameter n: below 0 where bytes counted before turn out to be readable.
    func count(encrypted n: Int, _ connection: Connection) {
        if n == 0 { return }
        connection.pointee.kafka.rare.value.encryptedBytes += Int64(n)
        file.totals.encryptedBytes += Int64(n)
    }

    func count(other spoken: SpokenProtocol, _ n: Int, _ connection: Connection) {
        if spoken == .unknown || spoken == .undecided || spoken == .silent { return count(unknown: n, connection) }
        connection.pointee.kafka.rare.value.otherBytes[spoken, default: 0] += Int64(n)
        file.totals.otherBytes[spoken, default: 0] += Int64(n)
    }
}
