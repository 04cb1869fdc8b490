import Vocabulary

extension CaseFile {
    /// Sums over the whole capture.
    public struct Totals: Sendable {
        public var connections = 0
        public var refusedAttempts = 0
        public var requests: Int64 = 0
        public var responses: Int64 = 0
        public var wantNoAnswer: Int64 = 0
        /// Of requests on connections that are not listed any more.
        public internal(set) var foldedFates = RequestFates()
        public var understoodBytes: Int64 = 0
        public var encryptedBytes: Int64 = 0
        /// Keys opened TLS records.
        public var keysUsed = false
        public var unknownBytes: Int64 = 0
        public var otherBytes: [SpokenProtocol: Int64] = [:]
        public var gapBytes: Int64 = 0
        public var payloadBytes: Int64 = 0
        public var decoded: Int64 = 0
        public var pairedOnly: Int64 = 0
        public var answersUnread: Int64 = 0
        public var cut: Int64 = 0
        public var malformed: Int64 = 0
        public var leftOver: Int64 = 0
        public var unmatchedAnswers: Int64 = 0
        public var oneDirection = 0
        public var midStream = 0
        public var packets: Int64 = 0
        public init() {}
    }
}
