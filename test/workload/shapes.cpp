// shapes N: C++ functions, N calls of each. Prints how often that was.
#include <cstdio>
#include <cstdlib>
#include <string>
#define CALLED __attribute__((noinline, noclone))
#define BODY __asm__ volatile("" ::: "memory")
namespace shapes {
struct Base {
	int id;
	virtual ~Base() {}
};
struct Shape : Base {
	int area;
	const char *label;
	CALLED int grow(int by) { BODY; return area + by; }
	CALLED static int reset(int to) { BODY; return to; }
};
enum class Kind : short { Round = 1, Square = 2 };
CALLED int move(int x) { BODY; return x; }
CALLED int move(int x, long y) { BODY; return x + y; }
CALLED int measure(const std::string &text) { BODY; return text.size(); }
CALLED int consume(std::string text, int last) { BODY; return text.size() + last; }
CALLED int classify(Kind kind, Shape &shape, Shape *other) { BODY; return (int)kind + shape.area + other->area; }
struct Result {
	long a, b, c;
};
CALLED Result result(int seed) { BODY; return { seed, 2, 3 }; }
template <class T> CALLED T twice(T value, int times) { BODY; return value * times; }
template <class T> struct Box {
	T held;
	CALLED T get(int index) { BODY; return held + index; }
};
}
extern "C" CALLED int plain_c(int a) { BODY; return a; }

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? atol(argv[1]) : 1;
	shapes::Shape shape;
	shape.id = 1;
	shape.area = 20;
	shape.label = "a label";
	shapes::Box<long> box = { 5 };
	for (long i = 0; i < rounds; i++) {
		BODY;
		shapes::move(1);
		shapes::move(2, 3);
		shapes::measure("four");
		shapes::consume("fifth", 6);
		shapes::classify(shapes::Kind::Square, shape, &shape);
		shapes::result(8);
		shapes::twice(9, 2);
		box.get(10);
		shape.grow(11);
		shapes::Shape::reset(12);
		plain_c(13);
	}
	fprintf(stderr, "rounds=%ld\n", rounds);
}
