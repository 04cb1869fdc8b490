// Makes the captures that the benchmark reads. The same arguments give the same bytes on every machine.
import Glibc

let usage = """
    usage: make-capture bulk|small|hard FILE [PACKETS [CONNECTIONS]]
    bulk:  64 connections, 1 MiB Produce and Fetch in full segments, 1,360,000 packets
    small: 1,000 connections, 104-byte requests five deep, 60-byte answers, 2,000,000 packets
    hard:  small over 100,000 connections, 5 % reordered, 2 % lost, 20 % begun before, 4,000,000 packets

    """

func refuse(_ text: String) -> Never {
    let bytes = Array(text.utf8)
    _ = write(2, bytes, bytes.count)
    exit(2)
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard (2...4).contains(arguments.count) else { refuse(usage) }
let numbers = arguments.dropFirst(2).map { Int($0) ?? 0 }
guard numbers.allSatisfy({ $0 > 0 }) else { refuse(usage) }
guard let file = CaptureFile(path: arguments[1]) else { refuse("make-capture: cannot write \(arguments[1])\n") }

switch arguments[0] {
case "bulk":
    var traffic = BulkTraffic(connections: numbers.dropFirst().first ?? 64)
    traffic.write(packets: numbers.first ?? 1_360_000, to: file)
case "small":
    var traffic = SmallTraffic(connections: numbers.dropFirst().first ?? 1000)
    traffic.write(packets: numbers.first ?? 2_000_000, to: file)
case "hard":
    let damage = SmallTraffic.Damage(reorderedPercent: 5, lostPercent: 2, midStreamPercent: 20)
    var traffic = SmallTraffic(connections: numbers.dropFirst().first ?? 100_000, damage: damage)
    traffic.write(packets: numbers.first ?? 4_000_000, to: file)
default: refuse(usage)
}
print("\(file.packets) packets")
exit(file.close() ? 0 : 1)
