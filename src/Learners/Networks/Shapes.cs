namespace StreamLearn.Learners.Networks;

/// <summary>Checks of lengths, with messages that name both shapes.</summary>
internal static class Shapes
{
    internal static void Require(string name, int actual, int rows, int columns)
    {
        if (actual != (long)rows * columns)
        {
            throw new ArgumentException($"{name} has {actual} numbers; expected [{rows}, {columns}] = {(long)rows * columns}.", name);
        }
    }

    internal static void Require(string name, int actual, int steps, int batch, int columns)
    {
        if (actual != (long)steps * batch * columns)
        {
            throw new ArgumentException(
                $"{name} has {actual} numbers; expected [{steps}, {batch}, {columns}] = {(long)steps * batch * columns}.", name);
        }
    }

    internal static void Require(string name, int actual, int expected)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} numbers; expected [{expected}].", name);
        }
    }

    internal static void RequireRange(string name, int actual, int largest)
    {
        if (actual < 1 || actual > largest)
        {
            throw new ArgumentException($"{name} is {actual}; expected from 1 to {largest}, for which there is room.", name);
        }
    }

    internal static void RequireFinite(string name, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ArgumentException($"{name} has {values[i]} at {i}; expected finite numbers.", name);
            }
        }
    }

    internal static void RequireIndex(string name, int actual, int count)
    {
        if (actual < 0 || actual >= count)
        {
            throw new ArgumentOutOfRangeException(name, actual, $"{name} is {actual}; expected from 0 to {count - 1}.");
        }
    }
}
