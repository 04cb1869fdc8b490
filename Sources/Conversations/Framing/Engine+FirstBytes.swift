import Streams
import Vocabulary

/// A direction's layer is chosen by its first bytes. Where they come in drops they are kept until they tell.
extension ConversationEngine {
    /// The most that is kept while a stream's protocol is not clear.
    private static let undecidedBytes = 1024

    func tellApart(_ direction: Direction, _ piece: Piece) -> Int {
        if let kept = takeHeld(direction) { return tellApart(direction, piece, behind: kept) }
        guard let used = choose(direction, piece.bytes) else {
            hold(direction, piece)
            direction.state.pointee.spoke = .undecided
            return piece.bytes.count
        }
        if observes { tellBeginning(direction, piece.bytes, at: piece.offset, used: used) }
        if tellsOfKerberos(direction) { takeKerberos(direction, piece.bytes, piece.time, piece.frame) }
        return used
    }

    private func tellApart(_ direction: Direction, _ piece: Piece, behind kept: HeldBytes) -> Int {
        var all = kept
        all.append(piece)
        let isAll = all.count >= (all.withBytes(ProxyHeader.begins) ? ProxyHeader.longest : Self.undecidedBytes)
        if let used = all.withBytes({ choose(direction, $0, isAll: isAll) }) {
            if observes { tellBeginning(direction, all, used: used) }
            if tellsOfKerberos(direction), let (time, frame) = all.began {
                all.withBytes { takeKerberos(direction, $0, time, frame) }
            }
            replay(direction, all, from: used)
        } else {
            putBack(direction, all)
        }
        return piece.bytes.count
    }

    private func tellsOfKerberos(_ direction: Direction) -> Bool {
        direction.state.pointee.spoke == .kerberos && !direction.isRequests
    }

    /// What was kept of a beginning is all there will be: where it still is a request's, it is read as that.
    func leaveBeginning(_ direction: Direction, at time: CaptureTime) {
        if direction.state.pointee.isSearching { return endSearch(direction, at: time) }
        guard direction.state.pointee.layer == .first, let kept = takeHeld(direction) else { return }
        let isRequest =
            direction.isRequests
            && kept.withBytes {
                RequestHeaderShape.check($0, limits.frameBytes, isAll: true, takesAnyText: true)
            } == .fits
        if isRequest {
            _ = kept.withBytes { choose(direction, $0, isAll: true) }
            return replay(direction, kept)
        }
        let connection = direction.connection
        let isProxied = kept.withBytes(ProxyHeader.begins)
        connection.pointee.proxyHeader = connection.pointee.proxyHeader || isProxied
        count(unknown: kept.count, connection)
    }

    /// Sets the direction's layer by its first bytes.
    /// - Returns: how many of them are used up (a PROXY header), or nil where they are too few to tell.
    private func choose(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, isAll: Bool = false) -> Int? {
        let (connection, fromClient) = (direction.connection, direction.isRequests)
        var spoken = FirstBytes.classify(bytes, fromClient: fromClient, frameLimit: limits.frameBytes, isAll: isAll)
        // A server's length and number may be anybody's: it speaks what its client does.
        if spoken == .kafka, !fromClient, direction.opposite.state.pointee.layer == .ignored {
            spoken = direction.opposite.state.pointee.spoke
        }
        if spoken == .kafka, fromClient {
            switch firstRequest(bytes, isAll: isAll) {
            case .fits: break
            case .no: spoken = .unknown
            case .tooShort: return nil
            }
        }
        if spoken == .undecided, !isAll { return nil }
        // Why a KDC refuses is read of a whole answer.
        if spoken == .kerberos, !fromClient, !isAll, bytes.count >= 4,
            bytes.count < 4 + Int(clamping: bytes.frameSize)
        {
            return nil
        }
        if fromClient, connection.pointee.firstLength == nil, bytes.count >= 4 {
            connection.pointee.firstLength = bytes.frameSize
        }
        if fromClient, spoken == .kafka, RequestHeaderShape.isImpossible(bytes.frameSize, limits.frameBytes) {
            connection.pointee.kafka.oversized = bytes.frameSize
        }
        direction.state.pointee.spoke = spoken == .undecided ? .unknown : spoken
        switch spoken {
        case .kafka: direction.state.pointee.layer = .frames
        case .tls: direction.state.pointee.layer = direction.isDecrypted ? .ignored : .tls
        case .proxyHeader where fromClient && !connection.pointee.proxyHeader:
            return passProxyHeader(direction, bytes, isAll: isAll)
        default: direction.state.pointee.layer = .ignored
        }
        return 0
    }

    /// Whether a stream's first frame is a request in its body too. A header alone is ten bytes that many protocols begin with
    /// like that: FastCGI, SMPP, OpenFlow, RPC of any kind.
    private func firstRequest(_ bytes: UnsafeBufferPointer<UInt8>, isAll: Bool) -> RequestHeaderShape.Answer {
        if RequestHeaderShape.isImpossible(bytes.frameSize, limits.frameBytes) { return .fits }
        switch trialOfRequest(bytes) {
        case .wrong: return .no
        case .tooFew: return isAll ? .fits : .tooShort
        case .whole, .plausible, .unknown: return .fits
        }
    }

    /// A PROXY header stands before the client's own bytes, which are then told apart anew.
    private func passProxyHeader(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, isAll: Bool) -> Int? {
        switch ProxyHeader.length(bytes) {
        case .some(let length) where length <= bytes.count:
            direction.connection.pointee.proxyHeader = true
            direction.connection.pointee.proxiedFor = ProxyHeader.source(
                UnsafeBufferPointer(rebasing: bytes[..<length]))
            count(other: .proxyHeader, length, direction.connection)
            return length
        case .some where !isAll: return nil
        default:
            direction.connection.pointee.proxyHeader = true
            direction.state.pointee.layer = .ignored
            return 0
        }
    }
}
