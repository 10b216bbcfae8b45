using StreamLearn.Simulation.Control.Pictures;

namespace StreamLearn.Simulation.Control;

/// <summary>
/// A world seen as its last three pictures: 9 x 84 x 84 bytes, the oldest picture first, each planar RGB (channel, row, column). A picture an
/// agent step, after the last of its frames; after a reset all three are of the start.
/// </summary>
public sealed class PixelObservations
{
    /// <summary>Pictures of an observation.</summary>
    public const int Pictures = 3;

    /// <summary>Width and height of a picture, pixels.</summary>
    public const int Side = Canvas.Side;

    /// <summary>Planes of an observation: three colours of each picture.</summary>
    public const int Channels = 3 * Pictures;

    /// <summary>Bytes of a picture.</summary>
    public const int PictureBytes = Canvas.Bytes;

    /// <summary>Bytes of an observation.</summary>
    public const int ObservationBytes = Pictures * PictureBytes;

    /// <summary>The pictures, a ring.</summary>
    private readonly byte[] _pictures = new byte[ObservationBytes];

    /// <summary>Place of the oldest picture in the ring; -1 before the first reset.</summary>
    private int _oldest = -1;

    /// <param name="world">Is stepped and reset through this.</param>
    public PixelObservations(IControlWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        World = world;
    }

    /// <summary>The world that is seen.</summary>
    public IControlWorld World { get; }

    /// <summary>Begins an episode.</summary>
    public void Reset()
    {
        World.Reset();
        World.Render(PictureAt(0));
        for (var place = 1; place < Pictures; place++)
            PictureAt(0).CopyTo(PictureAt(place));
        _oldest = 0;
    }

    /// <summary>Acts, and looks once.</summary>
    /// <inheritdoc cref="IControlWorld.Step"/>
    public ControlOutcome Step(ReadOnlySpan<float> action)
    {
        RequireEpisode();
        var outcome = World.Step(action);
        World.Render(PictureAt(_oldest));
        _oldest = (_oldest + 1) % Pictures;
        return outcome;
    }

    /// <summary>Copies the last three pictures.</summary>
    /// <param name="pixels">Overwritten; <see cref="ObservationBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    /// <exception cref="InvalidOperationException">No episode has begun.</exception>
    public void Observe(Span<byte> pixels)
    {
        RequireEpisode();
        if (pixels.Length != ObservationBytes)
            throw new ArgumentException($"{World.Name}: expected room for {ObservationBytes} bytes, found {pixels.Length}.", nameof(pixels));
        for (var age = 0; age < Pictures; age++)
            PictureAt((_oldest + age) % Pictures).CopyTo(pixels[(age * PictureBytes)..]);
    }

    /// <summary>Copies the newest picture alone, for a store that keeps each once.</summary>
    /// <param name="rgb">Overwritten; <see cref="PictureBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    /// <exception cref="InvalidOperationException">No episode has begun.</exception>
    public void ObserveNewest(Span<byte> rgb)
    {
        RequireEpisode();
        if (rgb.Length != PictureBytes)
            throw new ArgumentException($"{World.Name}: expected room for {PictureBytes} bytes, found {rgb.Length}.", nameof(rgb));
        PictureAt((_oldest + Pictures - 1) % Pictures).CopyTo(rgb);
    }

    private Span<byte> PictureAt(int place) => _pictures.AsSpan(place * PictureBytes, PictureBytes);

    private void RequireEpisode()
    {
        if (_oldest < 0)
            throw new InvalidOperationException($"{World.Name}: no episode has begun; reset the world first.");
    }
}
