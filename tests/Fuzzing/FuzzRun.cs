using System.Globalization;

namespace StreamLearn.Tests.Fuzzing;

/// <summary>
/// Feeds many inputs to a check. Where one fails it is made as small as it can be, and named with the seed that leads to it.
/// </summary>
internal static class FuzzRun
{
    private const int MostHex = 4000;
    private const int MostTrials = 20_000;

    /// <summary>Checks inputs one by one.</summary>
    /// <param name="seed">Seed of the mutator.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="next">Makes the next one.</param>
    /// <param name="check">Throws where something is wrong.</param>
    internal static void Each(int seed, int inputs, Func<ByteMutator, byte[]> next, Action<byte[]> check)
    {
        var mutator = new ByteMutator(seed);
        for (var number = 0; number < inputs; number++)
        {
            var input = next(mutator);
            if (Failure(check, input) is { } failure)
            {
                Fail(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, input {number}"), input, check, failure);
            }
        }
    }

    /// <summary>The same for a reader that may never come back: then the test fails with the input that it reads.</summary>
    /// <param name="seed">Seed of the mutator.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="limit">How long one input may take. The thread is left behind.</param>
    /// <param name="next">Makes the next one.</param>
    /// <param name="check">Throws where something is wrong.</param>
    internal static void EachWithin(int seed, int inputs, TimeSpan limit, Func<ByteMutator, byte[]> next, Action<byte[]> check)
    {
        byte[] current = [];
        Exception? failure = null;

        // Not disposed of: a thread that is left behind may still come back to them.
        var alive = new AutoResetEvent(false);
        var done = new ManualResetEvent(false);
        var thread = new Thread(() =>
        {
            failure = Failure(
                _ => Each(seed, inputs, next, input =>
                {
                    current = input;
                    alive.Set();
                    check(input);
                }),
                []);
            done.Set();
        })
        {
            IsBackground = true,
        };
        thread.Start();

        int signal;
        while ((signal = WaitHandle.WaitAny([done, alive], limit)) == 1)
        {
        }

        Assert.True(
            signal == 0,
            $"seed {seed}: expected an answer within {limit.TotalSeconds} s, got none to {Convert.ToHexString(current)}.");
        Assert.True(failure is null, failure?.Message);
    }

    /// <summary>Fails the test with an input that <paramref name="check"/> fails on, made small first.</summary>
    internal static void Fail(string which, byte[] input, Action<byte[]> check, Exception failure)
    {
        var smallest = Smallest(input, candidate => Failure(check, candidate) is not null);
        var hex = Convert.ToHexString(smallest);
        Assert.Fail(
            $"{which}, made smaller: {(hex.Length > MostHex ? hex[..MostHex] + "..." : hex)} ({smallest.Length} bytes). "
            + $"The input itself: {failure}");
    }

    /// <summary>What the check throws; null: nothing.</summary>
    internal static Exception? Failure(Action<byte[]> check, byte[] input)
    {
        try
        {
            check(input);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    /// <summary>Takes away what the failure does not need: halves, quarters and so on down to single bytes.</summary>
    private static byte[] Smallest(byte[] input, Func<byte[], bool> fails)
    {
        var trials = 0;
        for (var piece = Math.Max(1, input.Length / 2); piece > 0; piece /= 2)
        {
            for (var at = 0; at < input.Length && trials < MostTrials; trials++)
            {
                byte[] without = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + piece))];
                if (fails(without))
                {
                    input = without;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return input;
    }
}
