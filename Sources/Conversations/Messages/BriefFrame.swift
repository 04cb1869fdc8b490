import KafkaDecode
import Vocabulary

/// Where a brief request differs from others like it, besides its correlation id.
struct BriefRequest {
    /// It has a record batch; with `batchAt` the batch's numbers are read anew.
    var hasBatch = false
    /// Where the batch's header and its partition's number lie in the frame; -1: they are the same in each.
    var batchAt = -1
    var partitionAt = -1
}

extension KnownFrame {
    /// Sees whether the frame just kept says little enough, and what.
    mutating func abbreviate() {
        guard reader.ending == .decoded, !reader.leftOver else { return }
        if reader.isRequest { abbreviateRequest() } else { abbreviateAnswer() }
    }

    private mutating func abbreviateRequest() {
        let content = reader.request
        guard content.isBrief, reader.api != Api.leaveGroup, placesAreBrief else { return }
        var request = BriefRequest()
        var pending = PendingRequest(
            correlationId: 0, sent: .distantPast, sentWhole: .distantPast, frame: .none, streamEnd: 0, api: reader.api,
            version: reader.version, clientId: reader.clientId)
        withUnsafeMutablePointer(to: &reader) { pending.describe($0) }
        guard !pending.wantsNoAnswer else { return }
        pending.isWhole = true
        template.initialize(to: pending)
        if let batch = content.batches.first {
            request.hasBatch = true
            templateBatch.initialize(to: batch)
        }
        for place in UnsafeBufferPointer(start: places, count: placeCount) {
            if place.kind == .batch { request.batchAt = Int(place.at) } else { request.partitionAt = Int(place.at) }
        }
        (briefRequest, brief) = (request, .request)
    }

    /// At most one batch and one partition's number, which stands before it.
    private var placesAreBrief: Bool {
        let kinds = UnsafeBufferPointer(start: places, count: placeCount).map(\.kind)
        return kinds.isEmpty || kinds == [.batch] || kinds == [.partition] || kinds == [.partition, .batch]
    }

    private mutating func abbreviateAnswer() {
        guard reader.response.isBrief, !Api.tellsOfMembers(reader.api) else { return }
        brief = .answer
        let offsets = UnsafeBufferPointer(start: places, count: placeCount).first { $0.kind == .baseOffset }
        offsetAt = offsets.map { Int($0.at) } ?? -1
    }
}

extension RequestContent {
    /// It fits into a `PendingRequest`, and changes nothing else that is rare.
    fileprivate var isBrief: Bool {
        transactionalId.isNone && mechanism.isNone && softwareName.isNone && !hasToken && topics.count <= 2
            && batches.count <= 1
    }
}

extension ResponseContent {
    /// It brings no error, name, address or number that anybody keeps.
    fileprivate var isBrief: Bool {
        failures.isEmpty && failuresLeftOut == 0 && throttleMs == 0 && message.isNone && brokers.isEmpty
            && clusterId.isNone && versions.isEmpty && mechanisms.isEmpty && !hasToken && unhealthy.isEmpty
            && topicIds.isEmpty
    }
}
