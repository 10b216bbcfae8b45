using StreamLearn.Simulation.Control.Mechanics;
using StreamLearn.Simulation.Control.Pictures;

namespace StreamLearn.Simulation.Control;

/// <summary>
/// A cart on a rail that has to swing its pole up and balance it in the middle. After "cartpole swingup" of the DeepMind Control suite
/// (Tassa et al. 2018): its masses, lengths, force, start, reward and time limit; 10 s, 1000 frames.
/// </summary>
/// <remarks>
/// Observation: position of the cart, m; cosine and sine of the pole's angle (0 upright); velocity of the cart, m/s; angular velocity, rad/s.
/// Action: force on the cart, times 10 N. Reward of a frame: upright x small control x small velocity x centred, with upright
/// (1 + cos θ) / 2, small control (4 + (1 - u²)) / 5, small velocity (1 + T(θ', margin 5)) / 2, centred (1 + T(x, margin 2)) / 2,
/// T the gaussian <see cref="Tolerance"/> about 0. Start: hanging in the middle, all four numbers off by a normal deviate of 0.01.
/// </remarks>
public sealed class CartPoleSwingUp : SteppedWorld
{
    /// <summary>Seconds of a frame.</summary>
    public const double FrameSeconds = 0.01;

    /// <summary>Frames of an episode.</summary>
    public const int EpisodeFrames = 1000;

    internal const string WorldName = "cartpole-swingup";

    private const double Newtons = 10;
    private const double StartDeviation = 0.01;
    private const double PixelsPerMetre = 20;

    private static readonly Tolerance Centred = new(0, 0, margin: 2);
    private static readonly Tolerance SmallVelocity = new(0, 0, margin: 5);
    private static readonly Tolerance SmallControl = new(0, 0, margin: 1, ToleranceShape.Quadratic, valueAtMargin: 0);

    private readonly CartPolePhysics _physics = new(FrameSeconds);

    /// <param name="seed">Starts follow from it.</param>
    /// <param name="actionRepeat">Frames that an action is held for.</param>
    /// <exception cref="ArgumentException">The repeat is not from 1 to the frames of an episode.</exception>
    public CartPoleSwingUp(ulong seed, int actionRepeat = 1)
        : base(WorldName, observationSize: 5, actionSize: 1, EpisodeFrames, actionRepeat, seed)
    {
    }

    /// <summary>Begins an episode from a state of one's own.</summary>
    internal void ResetTo(in CartPoleState state)
    {
        Reset();
        _physics.Start(state);
    }

    private protected override void DrawStart() => _physics.Start(new CartPoleState(
        StartDeviation * Random.NextGaussian(),
        Math.PI + StartDeviation * Random.NextGaussian(),
        StartDeviation * Random.NextGaussian(),
        StartDeviation * Random.NextGaussian()));

    private protected override double Advance(ReadOnlySpan<double> action)
    {
        _physics.Advance(Newtons * action[0]);
        var state = _physics.State;
        return (1 + Math.Cos(state.Angle)) / 2
            * (4 + SmallControl.Of(action[0])) / 5
            * (1 + SmallVelocity.Of(state.AngularVelocity)) / 2
            * (1 + Centred.Of(state.Position)) / 2;
    }

    private protected override void Describe(Span<float> observation)
    {
        var state = _physics.State;
        var (sine, cosine) = Math.SinCos(state.Angle);
        observation[0] = (float)state.Position;
        observation[1] = (float)cosine;
        observation[2] = (float)sine;
        observation[3] = (float)state.Velocity;
        observation[4] = (float)state.AngularVelocity;
    }

    private protected override void Paint(Canvas canvas)
    {
        const double Centre = Canvas.Side / 2.0;
        const double RailHeight = 46;
        var state = _physics.State;
        var (sine, cosine) = Math.SinCos(state.Angle);
        var x = Centre + PixelsPerMetre * state.Position;
        var length = PixelsPerMetre * CartPolePhysics.PoleLength;
        canvas.Fill(Rgb.Ground);
        canvas.Line(Centre - PixelsPerMetre * 2, RailHeight, Centre + PixelsPerMetre * 2, RailHeight, 0.75, Rgb.Frame);
        canvas.Line(Centre, RailHeight + 5, Centre, RailHeight + 8, 0.75, Rgb.Frame);
        canvas.Rectangle(x - 4, RailHeight - 2.5, x + 4, RailHeight + 2.5, Rgb.Body);
        canvas.Line(x, RailHeight, x + length * sine, RailHeight - length * cosine, 1.25, Rgb.Tip);
    }
}
