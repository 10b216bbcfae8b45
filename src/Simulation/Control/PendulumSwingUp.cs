using StreamLearn.Simulation.Control.Mechanics;
using StreamLearn.Simulation.Control.Pictures;

namespace StreamLearn.Simulation.Control;

/// <summary>
/// A pendulum with a motor too weak to lift it at once: it has to swing up, and then to balance. After "pendulum swingup" of the DeepMind
/// Control suite (Tassa et al. 2018): its masses, lengths, torque, start, reward and time limit; 20 s, 1000 frames.
/// </summary>
/// <remarks>
/// Observation: cosine and sine of the angle (0 upright), angular velocity, rad/s. Action: torque, N m. Reward of a frame: 1 within 8 degrees
/// of upright, else 0. Start: an angle uniform on the circle, at rest.
/// </remarks>
public sealed class PendulumSwingUp : SteppedWorld
{
    /// <summary>Seconds of a frame.</summary>
    public const double FrameSeconds = 0.02;

    /// <summary>Frames of an episode.</summary>
    public const int EpisodeFrames = 1000;

    internal const string WorldName = "pendulum-swingup";

    private const double PixelsPerMetre = 60;

    private static readonly Tolerance Upright = new(Math.Cos(8 * Math.PI / 180), 1);

    private readonly PendulumPhysics _physics = new(FrameSeconds);

    /// <param name="seed">Starts follow from it.</param>
    /// <param name="actionRepeat">Frames that an action is held for.</param>
    /// <exception cref="ArgumentException">The repeat is not from 1 to the frames of an episode.</exception>
    public PendulumSwingUp(ulong seed, int actionRepeat = 1)
        : base(WorldName, observationSize: 3, actionSize: 1, EpisodeFrames, actionRepeat, seed)
    {
    }

    /// <summary>Begins an episode from a state of one's own.</summary>
    /// <param name="angle">Radians, 0 upright.</param>
    /// <param name="velocity">Radians a second.</param>
    internal void ResetTo(double angle, double velocity)
    {
        Reset();
        _physics.Start(angle, velocity);
    }

    private protected override void DrawStart() => _physics.Start(Math.PI * (2 * Random.NextDouble() - 1), 0);

    private protected override double Advance(ReadOnlySpan<double> action)
    {
        _physics.Advance(action[0]);
        return Upright.Of(Math.Cos(_physics.Angle));
    }

    private protected override void Describe(Span<float> observation)
    {
        var (sine, cosine) = Math.SinCos(_physics.Angle);
        observation[0] = (float)cosine;
        observation[1] = (float)sine;
        observation[2] = (float)_physics.Velocity;
    }

    private protected override void Paint(Canvas canvas)
    {
        const double Centre = Canvas.Side / 2.0;
        var (sine, cosine) = Math.SinCos(_physics.Angle);
        var (x, y) = (Centre + PixelsPerMetre * PendulumPhysics.Length * sine, Centre - PixelsPerMetre * PendulumPhysics.Length * cosine);
        canvas.Fill(Rgb.Ground);
        canvas.Disc(Centre, Centre, 4, Rgb.Frame);
        canvas.Line(Centre, Centre, x, y, 1.5, Rgb.Body);
        canvas.Disc(x, y, 6, Rgb.Tip);
    }
}
