import KafkaSchema

/// Reads the headers that stand before a message's body.
public enum HeaderReader {
    /// A request's header. The client id points into the bytes that were read.
    public struct Request {
        /// The API's key and the request's version, as sent; either may be unknown to the schema.
        public var apiKey, version: Int
        /// What the answer will repeat.
        public var correlationId: Int32
        /// The client's name in UTF-8; nil where null or, in version 0 of the header, absent.
        public var clientId: UnsafeBufferPointer<UInt8>?
        /// The header's bytes; the body follows.
        public var length: Int
    }

    /// A response's header.
    public struct Response {
        /// What the request sent.
        public var correlationId: Int32
        /// The header's bytes; the body follows.
        public var length: Int
    }

    /// What reading came to.
    public enum Result<Header> {
        case header(Header)
        /// The header goes on behind the bytes.
        case needMore
        /// No Kafka header.
        case malformed
    }

    /// Reads a request's header from a frame's first bytes (behind its size). `frameLength` is the frame's size, which
    /// nothing in it may exceed.
    public static func request(_ bytes: UnsafeBufferPointer<UInt8>, frameLength: Int) -> Result<Request> {
        guard frameLength >= 8 else { return .malformed }
        guard bytes.count >= 8, let base = bytes.baseAddress else { return .needMore }
        let apiKey = Int(Int16(bitPattern: Load.u16(base)))
        let version = Int(Int16(bitPattern: Load.u16(base + 2)))
        guard apiKey >= 0, version >= 0 else { return .malformed }
        var header = Request(
            apiKey: apiKey, version: version, correlationId: Int32(bitPattern: Load.u32(base + 4)), clientId: nil,
            length: 8)
        let headerVersion = KafkaApi.requestHeaderVersion(apiKey, version: version)
        if headerVersion == 0 { return .header(header) }
        guard frameLength >= 10 else { return .malformed }
        guard bytes.count >= 10 else { return .needMore }
        // Never compact, in no version: a broker must be able to read it before it knows the version.
        let clientLength = Int(Int16(bitPattern: Load.u16(base + 8)))
        header.length = 10 + max(clientLength, 0)
        guard clientLength >= -1, header.length <= frameLength else { return .malformed }
        guard header.length <= bytes.count else { return .needMore }
        if clientLength >= 0 { header.clientId = UnsafeBufferPointer(start: base + 10, count: clientLength) }
        guard headerVersion == 2 else { return .header(header) }
        switch tags(bytes, at: header.length, frameLength: frameLength) {
        case .header(let end):
            header.length = end
            return .header(header)
        case .needMore: return .needMore
        case .malformed: return .malformed
        }
    }

    /// Reads a response's header; `apiKey` and `version` are the request's.
    public static func response(
        _ bytes: UnsafeBufferPointer<UInt8>, frameLength: Int, apiKey: Int, version: Int
    ) -> Result<Response> {
        guard frameLength >= 4 else { return .malformed }
        guard bytes.count >= 4, let base = bytes.baseAddress else { return .needMore }
        var header = Response(correlationId: Int32(bitPattern: Load.u32(base)), length: 4)
        guard KafkaApi.responseHeaderVersion(apiKey, version: version) == 1 else { return .header(header) }
        switch tags(bytes, at: 4, frameLength: frameLength) {
        case .header(let end):
            header.length = end
            return .header(header)
        case .needMore: return .needMore
        case .malformed: return .malformed
        }
    }

    /// Passes over a section of tagged fields; answers where it ends.
    private static func tags(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, frameLength: Int) -> Result<Int> {
        var at = start
        var fields = 0
        switch varint(bytes, at: &at, frameLength: frameLength) {
        case .header(let count): fields = count
        case let other: return other
        }
        guard fields <= (frameLength - at) / 2 else { return .malformed }
        for _ in 0..<fields {
            let tag = varint(bytes, at: &at, frameLength: frameLength)
            guard case .header = tag else { return tag }
            switch varint(bytes, at: &at, frameLength: frameLength) {
            case .header(let size): at += size
            case let other: return other
            }
            guard at <= frameLength else { return .malformed }
        }
        return at <= bytes.count ? .header(at) : .needMore
    }

    private static func varint(_ bytes: UnsafeBufferPointer<UInt8>, at: inout Int, frameLength: Int) -> Result<Int> {
        var value = 0
        for shift in 0..<5 {
            guard at < frameLength else { return .malformed }
            guard at < bytes.count else { return .needMore }
            let byte = Int(bytes[at])
            at += 1
            value |= (byte & 0x7F) << (7 * shift)
            if byte < 0x80 { return .header(value) }
        }
        return .malformed
    }
}
