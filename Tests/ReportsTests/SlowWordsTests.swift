import ReportModel
import Testing
import Vocabulary

@testable import Reports

/// Network or broker, in sentences.
@Suite struct SlowWordsTests {
    private func row(_ change: (inout SlowRequests) -> Void) -> LatencyPartRow {
        var slow = SlowRequests()
        (slow.fromMs, slow.requests, slow.handshakeMs, slow.fastestMs) = (200, 6, 0.05, 1)
        change(&slow)
        var row = LatencyPartRow(seen: Seen(first: CaptureTime(nanoseconds: 0), last: CaptureTime(nanoseconds: 1)))
        (row.api, row.broker, row.requests, row.slow) = ("Produce", "10.0.0.2:9092", 274, slow)
        return row
    }

    private var rows: [LatencyPartRow] {
        [
            row {
                ($0.networkMs, $0.roundTripMs, $0.resendingMs, $0.resent, $0.handshakeMs) = (7000, 600, 5000, 4, 160)
            },
            row { ($0.brokerMs, $0.networkMs, $0.queuedMs) = (14_000, 0.3, 3000) },
            row { ($0.brokerMs, $0.unplacedMs, $0.handshakeMs, $0.fastestMs) = (14_000, 14_000, nil, 2000) },
            row { ($0.brokerMs, $0.unplacedMs, $0.handshakeMs) = (14_000, 14_000, nil) },
            row { ($0.brokerMs, $0.isLossy) = (14_000, true) },
            row { ($0.clientMs, $0.windowClosedMs) = (3000, 2900) },
            row { ($0.clientMs, $0.queuedMs) = (500, 500) },
            row { $0.quotaMs = 92_000 },
            row { $0.onPurposeMs = 3000 },
            row {
                ($0.brokerMs, $0.networkMs, $0.clientMs, $0.quotaMs, $0.onPurposeMs) = (4000, 3500, 1000, 1000, 1000)
            },
        ]
    }

    @Test func eachOwnerIsNamedWithItsProof() {
        let texts = rows.map { SlowWords.text($0, []) }
        #expect(
            texts[0]
                == "6 requests took 200 ms or longer, 7.00 s in all: the network took 7.00 s. Round trips took 600 ms, transfer took 1.40 s, waits for lost segments took 5.00 s. At the handshake the way from the capture to the broker and back took 160 ms, and TCP sent parts of 4 requests again."
        )
        #expect(texts[1].contains("the broker took 14.0 s, 3.00 s of it on earlier requests"))
        #expect(texts[1].contains("and back took 0.05 ms, and nothing was sent again."))
        #expect(
            texts[2].contains("cannot be told") && texts[2].contains("handshake of this path is not in the capture"))
        #expect(
            texts[3].contains("the broker took") && texts[3].contains("no longer than the fastest response, 1.0 ms"))
        #expect(texts[4].contains("cannot be told") && texts[4].contains("loses packets"))
        #expect(texts[5].contains("the client took 3.00 s. Its TCP window was closed for 2.90 s"))
        #expect(texts[6].contains("own queue took 500 ms. It sent them behind a request that waits on purpose"))
        #expect(texts[7].contains("a quota took 92.0 s, on purpose"))
        #expect(texts[8].hasPrefix("None was slow: 6 requests waited 200 ms or longer, on purpose"))
        #expect(texts[9].contains("no single cause; the broker 4.00 s, the network 3.50 s"))
    }

    @Test func sentencesAreShort() {
        for row in rows {
            for sentence in SlowWords.sentences(row).flatMap({ $0.split(separator: ". ") }) {
                // Units are no words.
                let words = sentence.split { " ,;:.".contains($0) }
                    .filter { $0.contains(where: \.isLetter) && !["s", "ms", "min"].contains($0) }
                #expect(words.count <= 25, "\(words.count): \(sentence)")
            }
        }
    }

    /// What waits on purpose is no trouble, and behind a gateway nobody sees who of those there took the time.
    @Test func whatIsShown() {
        #expect(SlowWords.slow(rows).count == 9)
        #expect(SlowWords.slow(rows, at: ["10.0.0.3:9092"]).isEmpty)
        var gateway = GatewayRow(seen: rows[1].seen)
        gateway.address = "10.0.0.2"
        #expect(SlowWords.text(rows[1], [gateway]).contains("the gateway or what is behind it took"))
        var healthy = rows[0]
        healthy.slow = nil
        #expect(SlowWords.text(healthy, []).isEmpty && SlowWords.slow([healthy]).isEmpty)
    }
}
