import TestSupport
import Testing
import Vocabulary

@testable import Masking

/// Aliases of addresses: of the same kind, as long in text, in one network where those are, and none of the capture's own.
@Suite struct AddressAliasTests {
    /// Of all kinds, each next to others of its network.
    private static func addresses(_ seed: Int, _ count: Int) -> [IPAddress] {
        var seeded = Seeded(UInt64(seed))
        let networks: [UInt64] = [
            0x0A00_0000, 0x0A01_0200, 0xC0A8_0000, 0xC0A8_6400, 0xAC10_0000, 0xAC20_0000, 0x6440_0000, 0x6401_0000,
            0xA9FE_0000, 0x7F00_0000, 0xE000_0000, 0x0808_0800, 0xCB00_7100,
        ]
        let long: [UInt64] = [
            0x2001_0DB8_0000_0000, 0x2600_1F18_4A3F_8800, 0xFD00_0000_0000_0000, 0xFE80_0000_0000_0000,
            0xFF02_0000_0000_0000, 0,
        ]
        return (0..<count).map { _ in
            if Bool.random(using: &seeded) {
                let network = networks.randomElement(using: &seeded) ?? 0
                return IPAddress(v4: UInt32(network | UInt64.random(in: 0...0xFFFF, using: &seeded)))
            }
            let low = [UInt64.random(in: 0...0xFFFF, using: &seeded), UInt64.random(in: 0 ... .max, using: &seeded)]
            return IPAddress(
                v6High: long.randomElement(using: &seeded) ?? 0, low: low.randomElement(using: &seeded) ?? 0)
        }
    }

    private static func mask(_ addresses: [IPAddress], limit: Int = 100_000) -> AddressMask {
        var mask = AddressMask(limit: limit)
        addresses.forEach { mask.learn($0) }
        mask.settle()
        return mask
    }

    @Test(arguments: 0..<40) func anAliasIsOfTheSameKindAndLength(seed: Int) {
        let addresses = Self.addresses(seed, 200)
        let mask = Self.mask(addresses)
        for address in addresses {
            let alias = mask.alias(address)
            #expect(alias.description.utf8.count == address.description.utf8.count, "\(address) is \(alias)")
            #expect(alias.isIPv6 == address.isIPv6 && alias.isPrivate == address.isPrivate, "\(address) is \(alias)")
            #expect(alias.isLoopback == address.isLoopback, "\(address) is \(alias)")
            #expect(alias.embeddedIPv4 == nil || address.embeddedIPv4 != nil, "\(address) is \(alias)")
        }
    }

    @Test(arguments: 0..<40) func noTwoHaveOneAlias(seed: Int) {
        let addresses = Set(Self.addresses(seed, 400)).filter { !$0.isSolicited }
        let mask = Self.mask(Array(addresses))
        #expect(Set(addresses.map(mask.alias)).count == addresses.count)
    }

    @Test(arguments: 0..<40) func oneNetworkStaysOne(seed: Int) {
        let addresses = Self.addresses(seed, 60)
        let mask = Self.mask(addresses)
        for one in addresses {
            for other in addresses where one.isIPv6 == other.isIPv6 {
                #expect(one.common(other) == mask.alias(one).common(mask.alias(other)), "\(one), \(other)")
            }
        }
    }

    /// As long as there are others of the kind.
    @Test(arguments: 0..<40) func anAliasIsNoAddressOfTheCapture(seed: Int) {
        let addresses = Self.addresses(seed, 12).filter {
            !$0.isLoopback && !$0.isMulticast && $0.high | $0.low > 0xFFFF
        }
        let mask = Self.mask(addresses)
        for address in addresses { #expect(!addresses.contains(mask.alias(address)), "\(address)") }
    }

    @Test func whatWasNotLearnedIsHiddenByKind() {
        let mask = Self.mask([IPAddress(v4: 0x0A00_0001)], limit: 1)
        let other = IPAddress(v4: 0x0A02_0304)
        #expect(mask.alias(other) != other)
        #expect(mask.alias(other).isPrivate)
    }
}

extension IPAddress {
    fileprivate var isMulticast: Bool { isIPv6 ? high >> 56 == 0xFF : low >> 28 == 0xE }
    fileprivate var isSolicited: Bool { high == 0xFF02_0000_0000_0000 && low >> 24 == 0x1FF }

    /// How many whole bytes of IPv4, or groups of IPv6, two begin with alike.
    fileprivate func common(_ other: IPAddress) -> Int {
        let size = isIPv6 ? 2 : 1
        let (mine, others) = (bytes, other.bytes)
        return stride(from: 0, to: mine.count, by: size).prefix { mine[$0..<$0 + size] == others[$0..<$0 + size] }.count
    }
}
