import Streams
import Vocabulary

/// What is shown of Kerberos: of a refusal all up to the name of the service, and not what explains it; of other messages
/// their kind.
enum ShownKerberos {
    private static let port: UInt16 = 88
    private static let kind = 8
    private static let refusal: UInt8 = 0x7E
    /// Of KRB-ERROR: its protocol version and kind, times, error, client and service.
    private static let shownFields: ClosedRange<UInt8> = 0xA0...0xAA

    /// Places of a datagram's payload in the packet; none where it is of another port.
    static func datagram(_ entry: PacketEntry, _ payload: Range<Int>, _ view: PacketInspector.View) -> [Range<Int>] {
        guard view.sourcePort == port || view.destinationPort == port else { return [] }
        let message = UnsafeBufferPointer(start: entry.bytes + payload.lowerBound, count: payload.count)
        return ranges(message).map { $0.lowerBound + payload.lowerBound..<$0.upperBound + payload.lowerBound }
    }

    /// Places in the message.
    static func ranges(_ message: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard message.first == refusal, let outer = DER(message, 0), let sequence = DER(message, outer.start) else {
            return [0..<min(kind, message.count)]
        }
        var shown = [0..<sequence.start]
        var at = sequence.start
        while at < sequence.end, let field = DER(message, at) {
            shown.append(shownFields.contains(field.tag) ? at..<field.end : at..<field.start)
            at = field.end
        }
        return shown
    }
}
