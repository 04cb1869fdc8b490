import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// Runs a frame's bytes through header and body readers, as they come.
extension ConversationEngine {
    /// Bytes taken over from a piece at once to finish a field that a segment's end cut.
    private static let joinBytes = 512
    /// The least of a request's header that pairing needs: key, version, correlation id.
    private static let pairingBytes = 8

    /// - Returns: false where the bytes are no header of a Kafka frame.
    func feed(_ direction: Direction, _ reader: Reader, _ piece: Piece) -> Bool {
        guard observes else { return feedReader(direction, reader, piece) }
        let before = reader.pointee.phase
        let isFrame = feedReader(direction, reader, piece)
        feedTape(reader, before: before, piece.bytes)
        return isFrame
    }

    private func feedReader(_ direction: Direction, _ reader: Reader, _ piece: Piece) -> Bool {
        var rest = piece.bytes
        while !rest.isEmpty {
            if reader.pointee.skip > 0 {
                let n = Int(min(reader.pointee.skip, Int64(rest.count)))
                reader.pointee.skip -= Int64(n)
                rest = rest.slice(from: n)
                continue
            }
            switch reader.pointee.phase {
            case .skipping: return true
            case .holding, .token:
                carry(reader, rest)
                return true
            case .telling: return feedTelling(direction, reader, piece)
            case .header, .body, .gathering: break
            }
            if reader.pointee.carry.isEmpty {
                guard let used = read(direction, reader, rest) else { return false }
                if used < rest.count, reader.pointee.phase != .skipping, reader.pointee.skip == 0 {
                    reader.pointee.carry += rest.slice(from: used)
                }
                if reader.pointee.skip == 0 { return true }
                rest = rest.slice(from: used)
            } else {
                guard let used = readJoined(direction, reader, rest) else { return false }
                rest = rest.slice(from: used)
            }
        }
        return true
    }

    /// Joins what was carried over with the next bytes. Returns how many of the next were used.
    private func readJoined(
        _ direction: Direction, _ reader: Reader, _ rest: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        let carried = reader.pointee.carry.count
        let added = min(Self.joinBytes + carried, rest.count)
        var joined: [UInt8] = []
        swap(&joined, &self.joined)
        defer { swap(&joined, &self.joined) }
        joined.clear()
        joined += reader.pointee.carry
        joined += rest.slice(from: 0, count: added)
        reader.pointee.carry.removeAll(keepingCapacity: true)
        guard let used = joined.withUnsafeBufferPointer({ read(direction, reader, $0) }) else { return nil }
        if used >= carried { return used - carried }
        // Still too short: all of it is carried on.
        if reader.pointee.phase != .skipping { reader.pointee.carry += joined[used...] }
        if reader.pointee.carry.count > limits.carryBytes { reader.pointee.giveUp(.malformed) }
        return added
    }

    /// Reads header and body as far as they go. Returns how many bytes were used; nil where it is no frame.
    private func read(_ direction: Direction, _ reader: Reader, _ bytes: UnsafeBufferPointer<UInt8>)
        -> Int?
    {
        var used = 0
        if reader.pointee.phase == .header {
            guard let length = readHeader(direction, reader, bytes) else { return nil }
            if length == 0 { return reader.pointee.phase == .skipping ? bytes.count : 0 }
            used = length
        }
        return reader.pointee.phase == .body ? used + readBody(reader, bytes.slice(from: used)) : bytes.count
    }

    // MARK: Header

    /// The header's length; 0 where more bytes are needed, or none of it is to be read; nil where it is no header.
    private func readHeader(
        _ direction: Direction, _ reader: Reader, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        reader.pointee.isRequest
            ? requestHeader(direction, reader, bytes) : responseHeader(direction, reader, bytes)
    }

    private func requestHeader(
        _ direction: Direction, _ reader: Reader, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        switch HeaderReader.request(bytes, frameLength: Int(reader.pointee.size)) {
        case .needMore: return Int64(bytes.count) >= reader.pointee.size ? nil : 0
        case .malformed: return nil
        case .header(let header):
            guard
                header.apiKey <= RequestHeaderShape.greatestKey && header.version <= RequestHeaderShape.greatestVersion
                    || offers.listsVendors(header.apiKey, version: header.version)
            else { return nil }
            reader.pointee.api = Int16(truncatingIfNeeded: header.apiKey)
            reader.pointee.version = Int16(truncatingIfNeeded: header.version)
            reader.pointee.correlationId = header.correlationId
            if let id = header.clientId {
                reader.pointee.clientId = file.strings.intern(id.slice(from: 0, count: limits.stringBytes))
            }
            confirmAlignment(direction, isWitnessed: false)
            registerRequest(direction.connection, reader)
            startBody(reader, plans: requestPlans, kind: .request, version: header.version, headerLength: header.length)
            return header.length
        }
    }

    private func responseHeader(
        _ direction: Direction, _ reader: Reader, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard bytes.count >= 4 else { return 0 }
        let id = Int32(truncatingIfNeeded: bytes.bigEndian32(at: 0))
        reader.pointee.correlationId = id
        guard let index = findPending(direction.connection, id) else {
            if isEarly(direction.connection, id) {
                reader.pointee.phase = .holding
            } else {
                reader.pointee.giveUp(.unknown)
            }
            return 0
        }
        let (api, version) = (pending[index].api, pending[index].version)
        switch HeaderReader.response(
            bytes, frameLength: Int(reader.pointee.size), apiKey: Int(api), version: Int(version))
        {
        case .needMore: return Int64(bytes.count) >= reader.pointee.size ? giveUpHeader(reader) : 0
        case .malformed: return giveUpHeader(reader)
        case .header(let header):
            guard
                let bodyVersion = answeredVersion(
                    api, version, bytes.slice(from: header.length), size: Int(reader.pointee.size))
            else {
                return 0
            }
            (reader.pointee.pending, reader.pointee.api, reader.pointee.version) = (index, api, version)
            startBody(reader, plans: responsePlans, kind: .response, version: bodyVersion, headerLength: header.length)
            return header.length
        }
    }

    private func giveUpHeader(_ reader: Reader) -> Int {
        reader.pointee.giveUp(.malformed)
        return 0
    }

    /// A broker that does not know the version of an ApiVersions request answers in the form of version 0 with error 35
    /// (KIP-511). Nil: the code is not there yet.
    func answeredVersion(
        _ api: Int16, _ version: Int16, _ body: UnsafeBufferPointer<UInt8>, size: Int
    ) -> Int? {
        guard api == Api.apiVersions, size >= 6 else { return Int(version) }
        guard body.count >= 2 else { return nil }
        return body.bigEndian16(at: 0) == 35 ? 0 : Int(version)
    }

    private func startBody(
        _ reader: Reader, plans: PlanCache, kind: MessageKind, version: Int, headerLength: Int
    ) {
        reader.pointee.headerBytes = Int32(truncatingIfNeeded: headerLength)
        reader.pointee.bodyVersion = Int16(truncatingIfNeeded: version)
        guard let plan = plans.plan(apiKey: Int(reader.pointee.api), version: version, kind: kind) else {
            return reader.pointee.giveUp(.unknown)
        }
        reader.pointee.decoder.start(plan, bodyLength: reader.pointee.size - Int64(headerLength))
        reader.pointee.phase = .body
    }

    // MARK: Body

    private func readBody(_ reader: Reader, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var at = 0
        while true {
            let step = reader.pointee.decoder.feed(bytes.slice(from: at), into: fields)
            takeFields(reader)
            switch step {
            case .needMore(let kept): return bytes.count - kept
            case .skip(let n):
                reader.pointee.skip = n
                return bytes.count
            case .bufferFull(let consumed): at += consumed
            case .complete(let leftOver):
                reader.pointee.leftOver = leftOver > 0
                reader.pointee.giveUp(.decoded)
                return bytes.count
            case .malformed:
                // Of an ApiVersions answer with error 35 only the code counts: mock brokers put stray bytes behind it.
                let onlyCode = reader.pointee.api == Api.apiVersions && reader.pointee.response.topLevelError == 35
                reader.pointee.leftOver = onlyCode
                reader.pointee.giveUp(onlyCode ? .decoded : .malformed)
                return bytes.count
            }
        }
    }

    /// The frame is over. A decoder that passed over the body's last bytes is told so.
    func conclude(_ reader: Reader) {
        guard reader.pointee.phase == .body, reader.pointee.carry.isEmpty, reader.pointee.skip == 0 else { return }
        _ = readBody(reader, UnsafeBufferPointer(start: nil, count: 0))
    }

    private func takeFields(_ reader: Reader) {
        let all = fields.fields
        if reader.pointee.isRequest {
            for i in all.indices { reader.pointee.request.take(all[i], file: file) }
        } else {
            for i in all.indices { reader.pointee.response.take(all[i], file: file) }
        }
        fields.removeAll()
    }

    // MARK: Cut headers

    /// The rest of a frame is missing and its header was not complete: what there is may still do to pair it.
    func closeHeader(_ direction: Direction, _ reader: Reader) {
        guard reader.pointee.phase == .header else { return }
        reader.pointee.carry.withUnsafeBufferPointer { bytes in
            if reader.pointee.isRequest, bytes.count >= Self.pairingBytes {
                reader.pointee.api = Int16(truncatingIfNeeded: bytes.bigEndian16(at: 0))
                reader.pointee.version = Int16(truncatingIfNeeded: bytes.bigEndian16(at: 2))
                reader.pointee.correlationId = Int32(truncatingIfNeeded: bytes.bigEndian32(at: 4))
                registerRequest(direction.connection, reader)
            } else if !reader.pointee.isRequest, bytes.count >= 4 {
                reader.pointee.correlationId = Int32(truncatingIfNeeded: bytes.bigEndian32(at: 0))
                if let index = findPending(direction.connection, reader.pointee.correlationId) {
                    (reader.pointee.pending, reader.pointee.api, reader.pointee.version) = (
                        index, pending[index].api, pending[index].version
                    )
                }
            }
        }
    }
}
