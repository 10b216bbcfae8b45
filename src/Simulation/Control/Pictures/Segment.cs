namespace StreamLearn.Simulation.Control.Pictures;

/// <summary>All places that are not farther than a radius from a straight line between two others; integers, so exact.</summary>
internal readonly struct Segment(int fromX, int fromY, int toX, int toY, int radius)
{
    private readonly long _dx = toX - fromX;
    private readonly long _dy = toY - fromY;
    private readonly long _squaredLength = (long)(toX - fromX) * (toX - fromX) + (long)(toY - fromY) * (toY - fromY);
    private readonly long _squaredRadius = (long)radius * radius;

    public int Left => Math.Min(fromX, toX) - radius;

    public int Right => Math.Max(fromX, toX) + radius;

    public int Top => Math.Min(fromY, toY) - radius;

    public int Bottom => Math.Max(fromY, toY) + radius;

    public bool Holds(int x, int y)
    {
        long px = x - fromX;
        long py = y - fromY;
        var along = px * _dx + py * _dy;
        if (along <= 0)
            return px * px + py * py <= _squaredRadius;
        if (along >= _squaredLength)
            return Square(x - toX) + Square(y - toY) <= _squaredRadius;
        return Square(px * _dy - py * _dx) <= _squaredRadius * _squaredLength;
    }

    private static long Square(long number) => number * number;
}
