import Streams
import TLS

/// TLS on a connection: the session that reads the records, and the state of the streams inside them.
final class TLSLayer {
    let session: TLSSession
    /// The directions' states of the plaintext, as `LiveConnection.directions` is of the TCP streams. They change places
    /// while plaintext is read, so that every reader finds the state of the bytes it is given.
    var directions = (DirectionState(), DirectionState())
    /// Plaintext seen of each direction so far, gaps included.
    var plainEnds: (Int64, Int64) = (0, 0)
    /// Plaintext is being read.
    var isInside = false
    /// Where in the TCP stream the record ends whose plaintext is being read.
    var wireEnd: Int64 = 0
    /// Bytes of clear records counted as encrypted while no record had been opened.
    var clearBytes = 0

    init(_ session: TLSSession) { self.session = session }

    var isOpened: Bool { session.facts.isOpened }

    func plainEnd(_ side: Side) -> Int64 { side == .initiator ? plainEnds.0 : plainEnds.1 }

    func advance(_ side: Side, by count: Int64) {
        if side == .initiator { plainEnds.0 += count } else { plainEnds.1 += count }
    }
}
