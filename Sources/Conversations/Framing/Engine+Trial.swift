import KafkaDecode
import KafkaSchema
import Vocabulary

/// Reading a frame for trial, without a fact left behind: only what it is said to be makes sense of its bytes.
extension ConversationEngine {
    enum Trial {
        /// It contradicts its schema.
        case wrong
        /// It ends behind the bytes, and as far as they go nothing speaks against it; more would tell.
        case tooFew
        /// As `tooFew`, and that is as much as is looked at.
        case plausible
        /// It was read to its last byte.
        case whole
        /// The schema does not have it.
        case unknown
    }

    /// - Parameter bytes: the frame from its length on, and what follows it.
    func trialOfRequest(_ bytes: UnsafeBufferPointer<UInt8>) -> Trial {
        let (frame, size) = frame(bytes)
        switch HeaderReader.request(frame, frameLength: size) {
        case .malformed: return .wrong
        case .needMore: return frame.count < size ? unfinished(bytes) : .wrong
        case .header(let header):
            if header.apiKey == Int(Api.produce),
                ProduceShape.contradicts(frame.slice(from: header.length), version: Int(header.version))
            {
                return .wrong
            }
            guard let plan = requestPlans.plan(apiKey: header.apiKey, version: header.version, kind: .request) else {
                return .unknown
            }
            return trial(plan, frame, from: header.length, size, bytes)
        }
    }

    func trialOfAnswer(_ bytes: UnsafeBufferPointer<UInt8>, to request: Waiting) -> Trial {
        let (frame, size) = frame(bytes)
        let (api, version) = (Int(request.pointee.api), Int(request.pointee.version))
        switch HeaderReader.response(frame, frameLength: size, apiKey: api, version: version) {
        case .malformed: return .wrong
        case .needMore: return frame.count < size ? unfinished(bytes) : .wrong
        case .header(let header):
            let body = frame.slice(from: header.length)
            guard let read = answeredVersion(request.pointee.api, request.pointee.version, body, size: size) else {
                return frame.count < size ? unfinished(bytes) : .wrong
            }
            guard let plan = responsePlans.plan(apiKey: api, version: read, kind: .response) else { return .unknown }
            return trial(plan, frame, from: header.length, size, bytes)
        }
    }

    /// As much of the frame as is there, behind its length, and its size.
    private func frame(_ bytes: UnsafeBufferPointer<UInt8>) -> (UnsafeBufferPointer<UInt8>, Int) {
        let size = bytes.frameSize
        return (bytes.slice(from: Framing.lengthBytes, count: size), size)
    }

    private func unfinished(_ bytes: UnsafeBufferPointer<UInt8>) -> Trial {
        bytes.count >= Self.lookedAt ? .plausible : .tooFew
    }

    private func trial(
        _ plan: DecodePlan, _ frame: UnsafeBufferPointer<UInt8>, from header: Int, _ size: Int,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Trial {
        trialDecoder.start(plan, bodyLength: Int64(size - header))
        let isWhole = frame.count == size
        var rest = frame.slice(from: header)
        while true {
            let step = trialDecoder.feed(rest, into: fields)
            fields.removeAll()
            switch step {
            case .malformed: return .wrong
            case .complete(let leftOver): return leftOver > 0 ? .wrong : isWhole ? .whole : unfinished(bytes)
            case .bufferFull(let consumed): rest = rest.slice(from: consumed)
            case .needMore: return isWhole ? .wrong : unfinished(bytes)
            // The frame ends with what was passed over: the decoder is told so.
            case .skip(let beyond) where isWhole && beyond == 0 && !rest.isEmpty: rest = rest.slice(from: rest.count)
            case .skip: return isWhole ? .wrong : unfinished(bytes)
            }
        }
    }
}
