import Testing
import Vocabulary

@testable import Conversations

/// A KDC's refusals, in DER.
@Suite struct KerberosTests {
    private func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        content.count < 128
            ? [tag, UInt8(content.count)] + content : [tag, 0x81, UInt8(truncatingIfNeeded: content.count)] + content
    }

    private func refusal(_ code: UInt8) -> [UInt8] {
        let text: (String) -> [UInt8] = { self.der(0x1B, Array($0.utf8)) }
        let name = der(0x30, der(0xA0, der(0x02, [1])) + der(0xA1, der(0x30, text("kafka") + text("b1.lab"))))
        let fields =
            der(0xA0, der(0x02, [5])) + der(0xA1, der(0x02, [30])) + der(0xA4, der(0x18, Array("20261121034709Z".utf8)))
            + der(0xA5, der(0x02, [0])) + der(0xA6, der(0x02, [code])) + der(0xA9, text("LAB")) + der(0xAA, name)
        return der(0x7E, der(0x30, fields))
    }

    private func read(_ bytes: [UInt8]) -> [KerberosError] {
        let file = CaseFile(limits: Limits())
        bytes.withUnsafeBufferPointer {
            file.noteKerberos(
                $0, client: IPAddress(v4: 1), kdc: Endpoint(IPAddress(v4: 2), 88), CaptureTime(nanoseconds: 5), .none)
        }
        return Array(file.identities.kerberosErrors)
    }

    @Test func aServiceThatTheKDCDoesNotKnow() {
        let file = CaseFile(limits: Limits())
        refusal(7).withUnsafeBufferPointer {
            file.noteKerberos(
                $0, client: IPAddress(v4: 1), kdc: Endpoint(IPAddress(v4: 2), 88), CaptureTime(nanoseconds: 5), .none)
        }
        #expect(file.identities.kerberosErrors.map(\.code) == [7])
        #expect(file.identities.kerberosErrors.first.flatMap { file.text($0.service) } == "kafka/b1.lab")
        #expect(file.identities.kerberosErrors.first.flatMap { file.text($0.realm) } == "LAB")
    }

    @Test func whatAsksForTheNextStepIsNoRefusal() {
        #expect(read(refusal(25)).isEmpty)
        #expect(read(refusal(52)).isEmpty)
    }

    /// A cut or damaged message says what it says, or nothing.
    @Test func everyCutIsRead() {
        let whole = refusal(7)
        for count in 0...whole.count { _ = read(Array(whole.prefix(count))) }
        for place in whole.indices {
            for value in [0, 0x7F, 0x80, 0x83, 0xFF] as [UInt8] {
                var damaged = whole
                damaged[place] = value
                _ = read(damaged)
            }
        }
    }
}
