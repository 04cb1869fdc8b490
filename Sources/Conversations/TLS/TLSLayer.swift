import Streams
import TLS

/// TLS on a connection: the session that reads the records, and the state of the streams inside them.
final class TLSLayer {
    let session: TLSSession
    /// The directions of the plaintext, as `LiveConnection.directions` are those of the TCP streams.
    private let directions: UnsafeMutablePointer<DirectionState>
    /// Plaintext seen of each direction so far, gaps included.
    private var plainEnds: (Int64, Int64) = (0, 0)
    /// Bytes of clear records counted as encrypted while no record had been opened.
    var clearBytes = 0

    init(_ session: TLSSession) {
        self.session = session
        directions = .allocate(capacity: 2)
        directions.initialize(repeating: DirectionState(), count: 2)
    }

    deinit { directions.deallocate() }

    var isOpened: Bool { session.facts.isOpened }

    func direction(_ side: Side) -> UnsafeMutablePointer<DirectionState> { directions + side.index }

    func plainEnd(_ side: Side) -> Int64 { side == .initiator ? plainEnds.0 : plainEnds.1 }

    func advance(_ side: Side, by count: Int64) {
        if side == .initiator { plainEnds.0 += count } else { plainEnds.1 += count }
    }
}
