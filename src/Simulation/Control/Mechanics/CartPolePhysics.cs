namespace StreamLearn.Simulation.Control.Mechanics;

/// <summary>
/// A cart on a rail with a pole that turns freely about it: (M + m) x'' + m l (θ'' cos θ - θ'² sin θ) = force - d x' and
/// J θ'' + m l x'' cos θ - m g l sin θ = -e θ', θ = 0 upright, J about the hinge.
/// </summary>
/// <remarks>
/// Runge and Kutta's method of order 4, as dm_control's cartpole.xml has MuJoCo do it; masses, lengths, damping and the ends of the rail are
/// those of the file. The pole is a capsule whose mass includes its round ends.
/// </remarks>
internal sealed class CartPolePhysics(double step, bool isDamped = true)
{
    public const double PoleLength = 1;

    /// <summary>The cart's way from the middle to a stop, m.</summary>
    public const double RailBound = 1.8;
    private const double Gravity = 9.81;
    private const double CartMass = 1;
    private const double PoleMass = 0.1;
    private const double PoleRadius = 0.045;
    private const double StopSeconds = 0.08;

    /// <summary>m l, l from the hinge to the pole's centre of mass.</summary>
    private const double PoleMoment = PoleMass * PoleLength / 2;
    private const double TotalMass = CartMass + PoleMass;

    private readonly double _cartDamping = isDamped ? 5e-4 : 0;
    private readonly double _poleDamping = isDamped ? 2e-6 : 0;

    /// <summary>Of the pole about the hinge, kg m².</summary>
    public static double PoleInertia { get; } = new Capsule(PoleMass, PoleLength, PoleRadius).Inertia + PoleMoment * PoleLength / 2;

    /// <summary>With the pole upright, as in the model's file.</summary>
    private static JointLimit Rail { get; } = new(RailBound, StopSeconds, InverseCartInertia(PoleMoment));

    public CartPoleState State { get; private set; }

    /// <summary>Kinetic and potential energy, J; 0 at rest with a level pole.</summary>
    public double Energy =>
        0.5 * TotalMass * State.Velocity * State.Velocity
        + PoleMoment * Math.Cos(State.Angle) * State.Velocity * State.AngularVelocity
        + 0.5 * PoleInertia * State.AngularVelocity * State.AngularVelocity
        + PoleMoment * Gravity * Math.Cos(State.Angle);

    public void Start(in CartPoleState state) => State = state;

    /// <param name="force">On the cart, N.</param>
    public void Advance(double force)
    {
        var first = ChangeAt(State, force);
        var second = ChangeAt(State.Plus(first, step / 2), force);
        var third = ChangeAt(State.Plus(second, step / 2), force);
        var fourth = ChangeAt(State.Plus(third, step), force);
        State = State.Plus(first, step / 6).Plus(second, step / 3).Plus(third, step / 3).Plus(fourth, step / 6);
    }

    private CartPoleState ChangeAt(in CartPoleState state, double force)
    {
        var (sine, cosine) = Math.SinCos(state.Angle);
        var coupling = PoleMoment * cosine;
        var onCart = force - _cartDamping * state.Velocity + PoleMoment * sine * state.AngularVelocity * state.AngularVelocity;
        var onPole = PoleMoment * Gravity * sine - _poleDamping * state.AngularVelocity;
        var inverse = InverseCartInertia(coupling);
        var free = inverse * (onCart - coupling / PoleInertia * onPole);
        var cart = free + inverse * Rail.Force(state.Position, state.Velocity, free, inverse);
        // A stop acts on the cart alone; the pole follows from its own equation.
        var pole = (onPole - coupling * cart) / PoleInertia;
        return new CartPoleState(state.Velocity, state.AngularVelocity, cart, pole);
    }

    /// <summary>How much a newton accelerates the cart with its pole.</summary>
    /// <param name="coupling">m l cos θ.</param>
    private static double InverseCartInertia(double coupling) => PoleInertia / (TotalMass * PoleInertia - coupling * coupling);
}
