import KafkaDecode
import Testing

@Suite struct HeaderReaderTests {
    private func request(_ bytes: [UInt8], frameLength: Int? = nil) -> String {
        bytes.withUnsafeBufferPointer { bytes in
            switch HeaderReader.request(bytes, frameLength: frameLength ?? bytes.count) {
            case .needMore: return "more"
            case .malformed: return "malformed"
            case .header(let header):
                let client = header.clientId.map { String(decoding: $0, as: UTF8.self) } ?? "nil"
                return "\(header.apiKey) v\(header.version) #\(header.correlationId) \(client) \(header.length)"
            }
        }
    }

    private func response(_ bytes: [UInt8], api: Int, version: Int) -> String {
        bytes.withUnsafeBufferPointer { bytes in
            let result = HeaderReader.response(bytes, frameLength: bytes.count, apiKey: api, version: version)
            guard case .header(let header) = result else { return "\(result)" }
            return "#\(header.correlationId) \(header.length)"
        }
    }

    @Test func requestHeadersOfAllVersions() {
        #expect(request([0, 3, 0, 1, 0, 0, 0, 9, 0, 2, 65, 66]) == "3 v1 #9 AB 12")
        #expect(request([0, 3, 0, 1, 0, 0, 0, 9, 0xFF, 0xFF, 7]) == "3 v1 #9 nil 10")
        #expect(request([0, 3, 0, 12, 0, 0, 0, 9, 0, 1, 65, 0, 7]) == "3 v12 #9 A 12")
        #expect(request([0, 3, 0, 12, 0, 0, 0, 9, 0, 1, 65, 1, 4, 2, 8, 8, 7]) == "3 v12 #9 A 16")
        #expect(request([0, 7, 0, 0, 0, 0, 0, 9, 0, 0]) == "7 v0 #9 nil 8")
        #expect(request([1, 0, 0, 0, 0, 0, 0, 9, 0, 1, 65]) == "256 v0 #9 A 11")
    }

    @Test func partsAskForMore() {
        let bytes: [UInt8] = [0, 3, 0, 12, 0, 0, 0, 9, 0, 1, 65, 1, 4, 2, 8, 8]
        for cut in 0..<bytes.count { #expect(request(Array(bytes[..<cut]), frameLength: 20) == "more") }
        for cut in 0..<bytes.count { #expect(request(Array(bytes[..<cut])) == "malformed") }
    }

    @Test func nonsenseIsRefused() {
        #expect(request([0xFF, 0, 0, 1, 0, 0, 0, 9, 0, 0]) == "malformed")
        #expect(request([0, 3, 0, 1, 0, 0, 0, 9, 0xFF, 0xFE]) == "malformed")
        #expect(request([0, 3, 0, 1, 0, 0, 0, 9, 0x7F, 0, 1]) == "malformed")
        #expect(request([0, 3, 0, 12, 0, 0, 0, 9, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0]) == "malformed")
    }

    @Test func responseHeaders() {
        #expect(response([0, 0, 0, 9, 1], api: 3, version: 1) == "#9 4")
        #expect(response([0, 0, 0, 9, 0], api: 3, version: 12) == "#9 5")
        #expect(response([0, 0, 0, 9, 1, 5, 1, 8], api: 3, version: 12) == "#9 8")
        #expect(response([0, 0, 0, 9, 0], api: 18, version: 4) == "#9 4")
    }
}
