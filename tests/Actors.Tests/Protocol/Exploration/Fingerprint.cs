using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>128 bits for all that decides what can happen from here on: equal states have the same, others practically never.</summary>
internal sealed class Fingerprint
{
    private readonly List<short> _numbers = [];

    internal void Add(long number) => _numbers.Add(checked((short)number));

    internal void AddBits(ulong bits)
    {
        for (var part = 0; part < 4; part++)
        {
            _numbers.Add(unchecked((short)(bits >> (16 * part))));
        }
    }

    /// <summary>The fingerprint of what was added; what is added next is another's.</summary>
    internal UInt128 Take()
    {
        var hash = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_numbers)));
        _numbers.Clear();
        return hash;
    }
}
