// Decodes the test vectors of a file and prints every difference to what Kafka's own library wrote.
import Foundation
import VectorChecking

let usage = """
    usage: vector-check [--split N]... FILE.jsonl
    Each body is decoded whole, and again in pieces of N bytes (1 where not given).
    """

func refuse(_ text: String) -> Never {
    FileHandle.standardError.write(Data("vector-check: \(text)\n".utf8))
    exit(2)
}

var splits: [Int] = []
var path: String?
var arguments = Array(CommandLine.arguments.dropFirst())
while !arguments.isEmpty {
    let argument = arguments.removeFirst()
    if argument == "--split" {
        guard let size = arguments.first.flatMap({ Int($0) }), size > 0 else { refuse(usage) }
        splits.append(size)
        arguments.removeFirst()
    } else if path == nil, !argument.hasPrefix("--") {
        path = argument
    } else {
        refuse(usage)
    }
}
guard let path else { refuse(usage) }
guard let data = FileManager.default.contents(atPath: path) else { refuse("cannot read \(path)") }

var check = VectorCheck()
var count = 0
var differing = 0
for (index, line) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
    count += 1
    guard let vector = Vector(line: line) else {
        differing += 1
        print("line \(index + 1): not a vector")
        continue
    }
    let differences = check.differences(vector, splits: splits.isEmpty ? [1] : splits)
    if !differences.isEmpty { differing += 1 }
    for difference in differences { print("line \(index + 1): \(vector.message) v\(vector.version): \(difference)") }
}
print("\(count) vectors, \(differing) differ")
exit(differing == 0 ? 0 : 1)
